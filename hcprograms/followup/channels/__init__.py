"""Ways of reaching a recipient: one class each, named in ``HCPROGRAMS["CHANNELS"]``."""
