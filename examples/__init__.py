"""Sites that use the plugin, each in a few files: ``python -m examples.plain`` and so on."""
