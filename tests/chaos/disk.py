"""A small disk of its own for the database, that can be filled to the last byte."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

SIZE = "400m"


def mount_small_disk(folder: Path) -> bool:
    """Put a memory disk there; False where this machine does not let us."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "hcp-chaos", str(folder)],
        capture_output=True,
    )
    return done.returncode == 0


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], capture_output=True)


def fill_disk(folder: Path) -> None:
    """Take every free block; whoever needs one more is told that there is none."""
    with open(folder / "filler", "wb", buffering=0) as filler:
        with suppress(OSError):
            os.posix_fallocate(filler.fileno(), 0, shutil.disk_usage(folder).free)
        with suppress(OSError):
            filler.seek(0, os.SEEK_END)
            while filler.write(b"x" * 4096):
                pass


def empty_disk(folder: Path) -> None:
    (folder / "filler").unlink(missing_ok=True)
