"""REST for other systems: requests in, leads out, matching. Needs the extra ``api``."""
