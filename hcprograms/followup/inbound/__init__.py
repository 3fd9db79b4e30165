"""Mail that comes in: withdrawals by reply, messages from applicants, addresses that fail."""
