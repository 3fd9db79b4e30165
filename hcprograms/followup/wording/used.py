"""Which text a message was made of. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Used:
    """Ids of a template and of the version that was sent; both None for the built-in text.

    ``trouble`` says why the built-in text was sent although another was wanted; empty otherwise.
    """

    template_id: int | None = None
    version_id: int | None = None
    trouble: str = ""
