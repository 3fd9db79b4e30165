"""The types of files that a form may ask for, told by their content, and safe file names.

A closed list: what is not on it is refused, so a type is added only with a way to recognize it.
Nothing here knows Django's forms or storage.
"""

import html
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from hcprograms.leads.cleaning import FORBIDDEN

HEAD = 2_048
MOST_PARTS = 5_000
"""Parts of a document that is a packed folder; an honest one has a few dozen."""

MOST_NAMES = 1_000_000
"""Bytes of the parts that name and join the others; an honest document has some thousands."""

GROUPS = {
    "pdf": _("PDF"),
    "word": _("Word (.docx, .doc)"),
    "odt": _("OpenDocument text (.odt)"),
    "image": _("Picture (JPEG, PNG, HEIC)"),
    "text": _("Plain text (.txt)"),
}
"""What staff choose from; a group holds kinds that nobody would want apart."""


class ActiveContentError(Exception):
    """The file carries a program (macros) that would run where it is opened."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """``extensions`` are those an honest file of the kind may have, the usual one first."""

    key: str
    group: str
    extensions: tuple[str, ...]
    media_type: str
    fits: Callable[[bytes, BinaryIO], bool]
    """Whether a file with these first bytes and this whole content is of the kind."""


def recognise(content: BinaryIO) -> FileKind | None:
    """The kind that the content shows, whatever its name says; None for all others.

    ``content`` is read from its start and left there. Raises :class:`ActiveContentError`.
    """
    content.seek(0)
    head = content.read(HEAD)
    try:
        return next((kind for kind in KINDS.values() if kind.fits(head, content)), None)
    finally:
        content.seek(0)


def list_extensions(groups: "list[str] | tuple[str, ...]") -> list[str]:
    """The extensions of all kinds in these groups, as a file input takes them."""
    return [one for kind in KINDS.values() if kind.group in groups for one in kind.extensions]


def _is_pdf(head: bytes, _content: BinaryIO) -> bool:
    return head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-")


def _is_docx(head: bytes, content: BinaryIO) -> bool:
    parts = _list_parts(head, content)
    if "[Content_Types].xml" not in parts or "word/document.xml" not in parts:
        return False
    if any(one.lower().endswith(("vbaproject.bin", ".exe", ".dll")) for one in parts):
        raise ActiveContentError
    tags = _read_tags(content)
    if tags is None:
        return False
    if any(_names_program(one) for one in tags):
        raise ActiveContentError
    return True


def _read_tags(content: BinaryIO) -> list[str] | None:
    """The tags, in small letters, of the parts that say what the others are; None if unreadable.

    Word goes by these, whatever a part is called (ECMA-376, part 2).
    """
    left, tags = MOST_NAMES, list[str]()
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as packed:
            for part in packed.infolist():
                name = part.filename.lower()
                if name != "[content_types].xml" and not name.endswith(".rels"):
                    continue
                with packed.open(part) as opened:
                    read = opened.read(left + 1)
                left -= len(read)
                # In UTF-16 every other byte of these names is empty.
                text = html.unescape(read.replace(b"\0", b"").decode("utf-8", "replace")).lower()
                if left < 0 or "<!doctype" in text:
                    return None
                tags += text.split("<")
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError):
        return None  # encrypted or packed in a way of which Word knows nothing, too
    return tags


def _names_program(tag: str) -> bool:
    """Whether a part is a macro, or a template with macros is fetched from another host."""
    if "vbaproject" in tag or "macroenabled" in tag:
        return True
    target = "".join(tag.split()).replace("'", '"')
    return "/attachedtemplate" in target and 'target="http' in target


def _is_doc(head: bytes, content: BinaryIO) -> bool:
    """Installers and spreadsheets are packed in the same way: a document names its main stream."""
    if not head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return False
    content.seek(0)
    whole = content.read()
    if "WordDocument".encode("utf-16-le") not in whole:
        return False
    if "_VBA_PROJECT".encode("utf-16-le") in whole:
        raise ActiveContentError
    return True


def _is_odt(head: bytes, content: BinaryIO) -> bool:
    """Its first part says what it is, unpacked."""
    if not head[30:].startswith(b"mimetypeapplication/vnd.oasis.opendocument.text"):
        return False
    parts = _list_parts(head, content)
    if any(one.startswith(("Basic/", "Scripts/")) for one in parts):
        raise ActiveContentError
    return "content.xml" in parts


def _is_jpeg(head: bytes, _content: BinaryIO) -> bool:
    return head.startswith(b"\xff\xd8\xff")


def _is_png(head: bytes, _content: BinaryIO) -> bool:
    return head.startswith(b"\x89PNG\r\n\x1a\n")


def _is_heic(head: bytes, _content: BinaryIO) -> bool:
    brands = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1")
    return head[4:8] == b"ftyp" and head[8:12] in brands


def _is_text(head: bytes, content: BinaryIO) -> bool:
    """Readable, and no page, drawing or other markup that a browser would act on."""
    content.seek(0)
    text = _decode(content.read())
    if text is None or not text.strip():
        return False
    start = text[:HEAD].lstrip("\ufeff \t\r\n").lower()
    if start.startswith("<") or any(one in start for one in ("<html", "<svg", "<script")):
        return False
    return not any(ord(one) < 32 and one not in "\t\r\n\f" for one in text)


def _decode(content: bytes) -> str | None:
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _list_parts(head: bytes, content: BinaryIO) -> list[str]:
    """The names in a packed folder; nothing is unpacked."""
    if not head.startswith(b"PK\x03\x04"):
        return []
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []
    return names if len(names) <= MOST_PARTS else []


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ALL = (
    FileKind("pdf", "pdf", (".pdf",), "application/pdf", _is_pdf),
    FileKind("docx", "word", (".docx",), WORD, _is_docx),
    FileKind("doc", "word", (".doc",), "application/msword", _is_doc),
    FileKind("odt", "odt", (".odt",), "application/vnd.oasis.opendocument.text", _is_odt),
    FileKind("jpeg", "image", (".jpg", ".jpeg"), "image/jpeg", _is_jpeg),
    FileKind("png", "image", (".png",), "image/png", _is_png),
    FileKind("heic", "image", (".heic", ".heif"), "image/heic", _is_heic),
    FileKind("txt", "text", (".txt",), "text/plain", _is_text),
)
KINDS = {kind.key: kind for kind in _ALL}
"""By key, in the order in which they are tried: text last, because it knows no mark of its own."""
EXTENSIONS = frozenset(one for kind in _ALL for one in kind.extensions)

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
