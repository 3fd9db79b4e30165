"""Who asked: interest forms, leads, consent, capture."""
