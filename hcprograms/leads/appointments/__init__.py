"""Appointments: which times are free, and booking one so that nobody else gets it."""
