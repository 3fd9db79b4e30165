"""Interest forms inside other sites: a script with a custom element, or a plain frame."""
