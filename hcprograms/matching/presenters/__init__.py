"""What pages and mails show of matching, as plain values."""
