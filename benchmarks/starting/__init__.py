"""Two projects whose start is timed; nothing else may be loaded with them."""
