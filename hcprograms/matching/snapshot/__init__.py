"""The published catalog in memory: loaded from the database, kept as numpy columns."""
