from typing import Any


def create_pages(admin: Any) -> None:
    """The pages are templates."""
