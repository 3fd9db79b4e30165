"""A time zone whose clock is about to be set back, and then forward."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.chaos.names import ZONE
from tests.services import find_program


def write_zone(folder: Path, *, back_in: float, forward_in: float) -> None:
    """Compile the zone into the folder: an hour happens twice, and soon another never.

    Processes keep a zone once they have read it: write it before they do.
    """
    now = datetime.now(UTC)
    back, forward = (_moment(now, seconds) for seconds in (back_in, forward_in))
    source = folder / "zones.txt"
    source.write_text(f"Zone {ZONE} -4:00 - CDT {back}\n\t-5:00 - CST {forward}\n\t-4:00 - CDT\n")
    subprocess.run([find_zic(), "-d", str(folder), str(source)], check=True)


def find_zic() -> str:
    path = Path("/usr/sbin/zic")
    return str(path) if path.exists() else find_program("zic")


def _moment(now: datetime, seconds: float) -> str:
    return f"{now + timedelta(seconds=seconds):%Y %b %d %H:%M:%Su}"
