"""Looking after the queue and those who wait: digests, alerts, what is seen from outside."""
