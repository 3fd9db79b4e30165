"""A mail's page in one colour scheme, whatever the reader's own is: to look at both. Pure."""

DARK = "@media (prefers-color-scheme: dark)"


def in_scheme(html: str, scheme: str) -> str:
    """The page as readers with this scheme see it, ``light`` or ``dark``."""
    fixed = html.replace(DARK, "@media all" if scheme == "dark" else "@media not all")
    meta = '<meta name="color-scheme" content="light dark">'
    return fixed.replace(meta, f'<meta name="color-scheme" content="{scheme}">')
