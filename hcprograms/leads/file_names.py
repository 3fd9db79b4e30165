"""The name of a file that somebody sent, made safe to show, to send in a header and to save."""

import re
import unicodedata

from hcprograms.leads.cleaning import FORBIDDEN
from hcprograms.leads.file_kinds import EXTENSIONS, FileKind

LONGEST = 100
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.ASCII | re.IGNORECASE)
"""Names that Windows keeps for devices."""
_PLAIN = str.maketrans(dict.fromkeys('<>:"|?*/\\%', " "))


class MisleadingNameError(Exception):
    """The name ends like a kind of file that the content is not and that nobody asked for."""


def clean_name(name: str, *, kind: FileKind) -> str:
    """A name of at most 100 letters that ends as the content does.

    ``resume`` and ``photo.png`` with a JPEG inside get the right ending; ``resume.pdf.exe`` raises
    :class:`MisleadingNameError`.
    """
    plain = show_name(name)
    stem, dot, ending = plain.rpartition(".")
    extension = f".{ending.lower()}" if dot and stem else ""
    if extension in kind.extensions:
        return _join(stem, f".{ending}")
    if extension in EXTENSIONS:
        return _join(stem, kind.extensions[0])
    if extension and re.fullmatch(r"\.[a-z0-9]{1,5}", extension) and not ending.isdecimal():
        raise MisleadingNameError
    return _join(plain, kind.extensions[0])


def show_name(name: str) -> str:
    """The last part of a path as one line of text, whatever it holds."""
    last = re.split(r"[/\\]", name)[-1]
    kept = FORBIDDEN.sub(" ", unicodedata.normalize("NFC", last))
    plain = " ".join(kept.translate(_PLAIN).split()).strip(". ")
    return plain[-LONGEST:].strip(". ") or "file"


def _join(stem: str, extension: str) -> str:
    short = stem[: LONGEST - len(extension)].strip(". ") or "file"
    return f"{'_' if _RESERVED.fullmatch(short) else ''}{short}{extension}"
