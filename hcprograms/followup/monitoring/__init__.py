"""Watching over the queue and over those who wait: health, alerts, digests."""
