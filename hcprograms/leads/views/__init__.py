"""The public pages of a request: asking, and the person’s own pages afterwards."""
