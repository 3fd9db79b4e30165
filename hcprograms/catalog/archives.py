"""What a workbook's archive holds, looked at before any of it is understood as a workbook."""

import re
import zipfile
import zlib
from pathlib import Path

from hcprograms.catalog.csv_rows import NotATable

LARGEST = 400 * 1024 * 1024  # bytes when unpacked
LARGEST_UPLOAD = 60 * 1024 * 1024
LARGEST_RATIO = 200  # unpacked ÷ packed; real workbooks stay far below
LARGEST_SMALL = 4 * 1024 * 1024  # what a blank form of many formatted rows may come to
MOST_PARTS = 2_000
CHUNK = 256 * 1024
BROKEN = "is a broken zip archive, not CSV"
ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")  # XML in UTF-16: nobody writes it, nor we
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^<>]*?\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
MOST_HIDDEN = 50_000
# What the standard library raises over broken, encrypted and strangely packed archives.
UNSOUND = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError),
    *(RuntimeError, NotImplementedError, ValueError),
)


def check_archive(path: Path, *, is_strict: bool) -> None:
    """Refuse what is no workbook, or unpacks to more than one. Raises :class:`NotATable`.

    Stated sizes are looked at first; ``is_strict`` also unpacks every part, bit by bit and
    keeping nothing, to see its true size and that its XML defines no entities.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive, largest=LARGEST_UPLOAD if is_strict else LARGEST)
            if is_strict:
                _check_parts(archive)
    except UNSOUND as error:
        raise NotATable(BROKEN) from error


def _check_sizes(archive: zipfile.ZipFile, *, largest: int) -> None:
    entries = archive.infolist()
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        raise NotATable("is a zip archive, not CSV; unpack it first")
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    is_swollen = unpacked > LARGEST_SMALL and unpacked / packed > LARGEST_RATIO
    if unpacked > largest or is_swollen or len(entries) > MOST_PARTS:
        raise NotATable(f"unpacks to {unpacked:,} bytes, which no honest workbook does")


def _check_parts(archive: zipfile.ZipFile) -> None:
    unpacked = 0
    for entry in archive.infolist():
        is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
        with archive.open(entry) as part:
            before = b""
            while chunk := part.read(CHUNK):
                unpacked += len(chunk)
                if unpacked > LARGEST_UPLOAD:
                    raise NotATable("unpacks to more than it states, which no honest workbook does")
                is_wide = not before and chunk.startswith(WIDE)
                if is_xml and (is_wide or ENTITY.search(before + chunk)):
                    raise NotATable("defines entities in its XML, which no honest workbook does")
                before = chunk[-16:]


def merged_cells(path: Path, *, part: str) -> dict[int, dict[int, str]]:
    """Row → column → the merged range that hides this cell (all but its first cell)."""
    hidden: dict[int, dict[int, str]] = {}
    count = 0
    with zipfile.ZipFile(path) as archive:
        content = archive.read(part)
    for match in MERGED.finditer(content):
        left, top, right, bottom = (text.decode() for text in match.groups())
        whole = f"{left}{top}:{right}{bottom}"
        for row in range(int(top), int(bottom) + 1):
            for column in range(_place(left), _place(right) + 1):
                if (row, column) == (int(top), _place(left)):
                    continue
                count += 1
                if count > MOST_HIDDEN:
                    raise NotATable("has too many merged cells; unmerge them")
                hidden.setdefault(row, {})[column] = whole
    return hidden


def _place(letters: str) -> int:
    """A → 1, AA → 27."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place
