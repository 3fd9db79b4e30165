"""Ids of rows as addresses and forms give them."""


def is_row_id(text: str) -> bool:
    """Whether the text is a number in ASCII digits that a database's own id can be."""
    return text.isascii() and text.isdecimal() and len(text) <= 18
