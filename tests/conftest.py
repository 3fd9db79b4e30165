"""Fixtures for every test; the servers they start are in ``tests/services.py``."""
