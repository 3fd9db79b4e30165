"""What happens next: rows that are the queue, planning and delivery."""
