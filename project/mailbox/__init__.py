"""The demo's mails: an email backend that writes files, and a page that shows them."""
