"""The list in ``docs/security.md`` names tests that there are, for every line."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+) \|(.*)$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
LINES = {
    int(number): NAMED.findall(row)
    for number, row in ROW.findall((ROOT / "docs/security.md").read_text())
}


def test_every_line_of_the_list_is_there():
    assert sorted(LINES) == list(range(1, 31))


@pytest.mark.parametrize("line", sorted(LINES))
def test_every_test_that_a_line_names_exists(line):
    missing = [
        f"{file}::{name}"
        for file, name in LINES[line]
        if not re.search(rf"^ *def {name}\(", (ROOT / file).read_text(), re.MULTILINE)
    ]

    assert LINES[line]
    assert missing == []
