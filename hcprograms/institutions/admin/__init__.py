"""Institutions and staff in the admin, and the base classes of all our admins."""
