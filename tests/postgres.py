"""Runs a command with DATABASE_URL naming a PostgreSQL server of its own.

python -m tests.postgres pytest -m "not browser"
"""

import os
import subprocess
import sys

from tests.services import ProgramMissing, running_postgres


def main(command: list[str]) -> int:
    try:
        with running_postgres() as url:
            return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}).returncode
    except ProgramMissing as error:
        print(f"Skipped the tests on PostgreSQL: {error}")
        return int(os.environ.get("CI") == "true")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
