"""The ids of offerings in addresses and forms."""

import uuid
from collections.abc import Iterable


def read_ids(texts: Iterable[str]) -> list[uuid.UUID]:
    """The offerings' ids among the texts, each once; what is no id is left out."""
    found: dict[uuid.UUID, None] = {}
    for text in texts:
        try:
            found[uuid.UUID(text)] = None
        except ValueError:
            continue
    return list(found)
