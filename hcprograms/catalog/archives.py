"""What a workbook's archive holds, looked at before any of it is understood as a workbook."""

import re
import zipfile
import zlib
from pathlib import Path

from hcprograms.catalog.csv_rows import NotATable

LARGEST = 400 * 1024 * 1024  # bytes when unpacked
LARGEST_UPLOAD = 60 * 1024 * 1024
LARGEST_RATIO = 200  # unpacked ÷ packed; real workbooks stay far below
MOST_ELEMENTS = 50_000_000  # tags of XML, which is what reading one costs by
MOST_ELEMENTS_UPLOAD = 1_000_000
LARGEST_SMALL = 4 * 1024 * 1024  # what a blank form of many formatted rows may come to
MOST_PARTS = 2_000
CHUNK = 256 * 1024
BROKEN = "is a broken zip archive, not CSV"
ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")  # XML in UTF-16: nobody writes it, nor we
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^<>]*?\bref\s*=\s*[\"']([^\"'<>]*)[\"']")
RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
# The limits of a sheet, by Excel's own specification.
MOST_SHEET_ROWS = 1_048_576
MOST_SHEET_COLUMNS = 16_384
MOST_HIDDEN = 50_000
# What the standard library raises over broken, encrypted and strangely packed archives.
UNSOUND = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError),
    *(RuntimeError, NotImplementedError, ValueError),
)


def check_archive(path: Path, *, is_strict: bool) -> None:
    """Refuse what is no workbook, or unpacks to more than one. Raises :class:`NotATable`.

    Stated sizes are looked at first; then every part is unpacked, bit by bit and keeping nothing,
    to see its true size, how many XML elements it holds and that it defines no entities.
    ``is_strict``: for what people upload, with smaller bounds.
    """
    largest = LARGEST_UPLOAD if is_strict else LARGEST
    most_elements = MOST_ELEMENTS_UPLOAD if is_strict else MOST_ELEMENTS
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive, largest=largest)
            _check_parts(archive, largest=largest, most_elements=most_elements)
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


def _check_parts(archive: zipfile.ZipFile, *, largest: int, most_elements: int) -> None:
    unpacked = elements = 0
    for entry in archive.infolist():
        is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
        with archive.open(entry) as part:
            before = b""
            while chunk := part.read(CHUNK):
                unpacked += len(chunk)
                if unpacked > largest:
                    raise NotATable("unpacks to more than it states, which no honest workbook does")
                elements += chunk.count(b"<") if is_xml else 0
                if elements > most_elements:
                    raise NotATable(
                        f"holds more than {most_elements:,} cells and other parts; delete what is"
                        " not needed, or split it"
                    )
                is_wide = not before and chunk.startswith(WIDE)
                if is_xml and (is_wide or ENTITY.search(before + chunk)):
                    raise NotATable("defines entities in its XML, which no honest workbook does")
                before = chunk[-16:]


def merged_cells(path: Path, *, part: str) -> dict[int, dict[int, str]]:
    """Row → column → the merged range that hides this cell (all but its first cell).

    Raises :class:`NotATable` for a range beyond the sheet's limits, and for too many cells.
    """
    hidden: dict[int, dict[int, str]] = {}
    count = 0
    with zipfile.ZipFile(path) as archive:
        content = archive.read(part)
    for match in MERGED.finditer(content):
        whole = match[1].decode("utf-8", "replace").strip()
        left, top, right, bottom = _read_range(whole)
        # Counted before any cell is visited: a range of a few bytes may name billions.
        count += (right - left + 1) * (bottom - top + 1) - 1
        if count > MOST_HIDDEN:
            raise NotATable(f"has too many merged cells ({whole}); unmerge them")
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    hidden.setdefault(row, {})[column] = whole
    return hidden


def _read_range(text: str) -> tuple[int, int, int, int]:
    """B2:C9 → its first column and row, its last column and row."""
    found = RANGE.fullmatch(text)
    if found:
        left, top = _place(found[1]), int(found[2])
        right, bottom = (_place(found[3]), int(found[4])) if found[3] else (left, top)
        is_inside = right <= MOST_SHEET_COLUMNS and bottom <= MOST_SHEET_ROWS
        if 1 <= left <= right and 1 <= top <= bottom and is_inside:
            return left, top, right, bottom
    raise NotATable(f"has merged cells that no sheet can have ({text[:40]}); unmerge them")


def _place(letters: str) -> int:
    """A → 1, AA → 27."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place
