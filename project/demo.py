"""The whole demo in one process tree: prepares its data, then runs site and follow-up runner.

python -m project.demo [--port 8000] [--data FOLDER]
"""

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import NoReturn

import django
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

HOST = "127.0.0.1"
USER = "admin"
SCORECARD = {
    "institutions": "scorecard/MERGED2023_24_PP.selected_columns.csv",
    "field_of_study": "scorecard/FieldOfStudyData1516_1617_PP.cip5107_5127.csv",
    "tuition": "ipeds/ic_ay.tuition.slice.csv",
}
# What makes the real programs richer, where the folder has it too.
MORE = {
    "import_occupations": {
        "onet": "onet_29_3",
        "crosswalk": "cip_soc/CIP2020_SOC2018_Crosswalk.csv",
        "wages": "bls_oews/oews_national_roles.csv",
    },
    "import_dapip": {
        "records": "dapip/AccreditationRecords.cahme_ceph_institutional.csv",
        "campuses": "dapip/InstituteCampuses.slice.csv",
        "actions": "dapip/AccreditationActions.slice.csv",
    },
}
PATIENCE_SECONDS = 10

Processes = Sequence[subprocess.Popen[bytes]]


def main() -> None:
    args = _arguments()
    site = f"http://{HOST}:{args.port}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
    os.environ["SITE_URL"] = site
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    _refuse_taken_port(args.port)
    try:
        password = _prepare(args.data)
    except CommandError as error:
        sys.exit(f"The demo could not be prepared: {error}")
    _run(args.port, site, password)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description="Runs the demo site.")
    parser.add_argument("--port", type=_port, default=8000)
    parser.add_argument("--data", type=_data, help="folder with scorecard/ and ipeds/ to import")
    return parser.parse_args()


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 1 to 65535")
    return int(text)


def _data(text: str) -> Path:
    folder = Path(text)
    missing = [str(folder / name) for name in SCORECARD.values() if not (folder / name).is_file()]
    if missing:
        raise argparse.ArgumentTypeError(f"cannot find {', '.join(missing)}")
    return folder


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            sys.exit(f"Port {port} cannot be used: {error.strerror}. Try another: PORT={port + 1}")


def _prepare(data: Path | None) -> str:
    """Bring database and static files up to date; return the superuser's new password."""
    django.setup()
    print("Preparing the database and the sample university", flush=True)
    call_command("migrate", verbosity=0)
    call_command("load_reference", stdout=StringIO())
    call_command("load_sample", stdout=StringIO())
    if data:
        print(f"Importing real institutions and programs from {data}", flush=True)
        files = {key: data / name for key, name in SCORECARD.items()}
        call_command("import_scorecard", verbosity=0, **files)
        for command, names in MORE.items():
            files = {key: data / name for key, name in names.items()}
            if all(path.exists() for path in files.values()):
                call_command(command, verbosity=0, **files)
    call_command("collectstatic", interactive=False, verbosity=0)
    return _reset_superuser()


def _reset_superuser() -> str:
    password = secrets.token_urlsafe(9)
    user, _ = get_user_model().objects.get_or_create(
        username=USER, defaults={"email": "admin@example.com"}
    )
    user.is_staff = user.is_superuser = user.is_active = True
    user.set_password(password)
    user.save()
    return password


def _run(port: int, site: str, password: str) -> None:
    """Run both processes until one ends or the demo is told to stop; leave none behind."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes.append(_start("gunicorn", "project.wsgi", *_gunicorn_options(port)))
        processes.append(_start("django", "deliver_followups", "--forever"))
        _wait_for(port, processes)
        _tell(site, password)
        while all(process.poll() is None for process in processes):
            time.sleep(0.3)
        sys.exit("A part of the demo ended by itself; what it said is above.")
    finally:
        _stop(processes)


def _gunicorn_options(port: int) -> list[str]:
    return [
        f"--bind={HOST}:{port}",
        "--workers=2",
        "--threads=4",
        "--log-level=warning",
        "--graceful-timeout=5",
        "--no-control-socket",
    ]


def _start(module: str, *args: str) -> subprocess.Popen[bytes]:
    """Start a module in a session of its own, so that Ctrl-C reaches only this process."""
    return subprocess.Popen([sys.executable, "-m", module, *args], start_new_session=True)


def _wait_for(port: int, processes: Processes) -> None:
    while all(process.poll() is None for process in processes):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)


def _tell(site: str, password: str) -> None:
    print(
        f"""
  Site      {site}/
  Admin     {site}/admin/    user {USER}, password {password}
  Mailbox   {site}/mailbox/  every email that the demo sends

Ctrl-C stops the demo.""",
        flush=True,
    )


def _stop(processes: Processes) -> None:
    for process in processes:
        process.terminate()
    end = time.monotonic() + PATIENCE_SECONDS
    for process in processes:
        try:
            process.wait(max(0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)
    print("\nStopping", flush=True)
    sys.exit(0)


if __name__ == "__main__":
    main()
