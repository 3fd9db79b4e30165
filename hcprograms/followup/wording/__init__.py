"""Texts that staff write: one source in Markdown with placeholders, made into text and HTML."""
