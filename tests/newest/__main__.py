"""Tries the wheel as a school does: an empty project on the newest Python and Django there are.

Builds the wheel, installs it with what pip resolves, follows the README, publishes a form, sends
it, delivers the mails and reads them. Run as ``python -m tests.newest`` from a set-up ``.venv``.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv-newest"
SUPPORTED = [(3, 13), (3, 12), (3, 11)]
"""Versions of Python, the newest first."""
DATABASE = """
HCPROGRAMS = {"SITE_URL": "https://admissions.school-of-health-administration.example.edu",
    "MIN_FILL_SECONDS": 0}
DEFAULT_FROM_EMAIL = "admissions@example.edu"
DEFAULT_EXCEPTION_REPORTER_FILTER = "hcprograms.institutions.error_reporting.PersonalDataFilter"
DATABASES["default"]["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL"}
ALLOWED_HOSTS = ["testserver"]
import django
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": BASE_DIR / "mail"}}}
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = BASE_DIR / "mail"
"""


def main() -> None:
    python, version = find_python()
    folder = VENV / "site"
    run(python, "-m", "venv", "--clear", VENV)
    wheel = build_wheel(VENV / "wheel")
    own = VENV / "bin" / "python"
    pip = [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    run(*pip, wheel, "vobject")
    folder.mkdir()
    make_project(own, folder)
    for arguments in (["check"], ["migrate", "-v0"], ["load_reference", "-v0"]):
        run(own, "-W", "error::DeprecationWarning:hcprograms", "manage.py", *arguments, cwd=folder)
    shutil.copy(Path(__file__).with_name("visit.py"), folder / "visit.py")
    said = run(own, "visit.py", cwd=folder)
    print(said, end="")
    count = len(re.findall("^ok: ", said, re.MULTILINE))
    django = run(own, "-m", "django", "--version").strip()
    print(f"{count} passed on Python {version}, Django {django}")


def find_python() -> tuple[str, str]:
    """The newest supported Python on this machine; says which newer ones are missing."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for major, minor in SUPPORTED:
        name = f"{major}.{minor}"
        found = sorted(pyenv.glob(f"{name}.*/bin/python"), key=lambda path: path.parts[-3])
        candidates = [*map(str, reversed(found)), shutil.which(f"python{name}")]
        if sys.version_info[:2] == (major, minor):
            candidates.append(sys.executable)
        for candidate in filter(None, candidates):
            told = subprocess.run(
                [candidate, "-c", "import sys, venv; print(*sys.version_info[:2], sep='.')"],
                capture_output=True,
                text=True,
            )
            if told.stdout.strip() == name:
                return str(candidate), name
        print(f"No Python {name} here: trying an older one.")
    raise SystemExit("There is no supported Python.")


def build_wheel(folder: Path) -> Path:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def make_project(python: Path, folder: Path) -> None:
    """The lines of the README in what ``startproject`` makes, and mails into a folder."""
    run(python, "-m", "django", "startproject", "host", folder, cwd=folder)
    settings, urls = folder / "host" / "settings.py", folder / "host" / "urls.py"
    text = settings.read_text().replace("INSTALLED_APPS = [", 'INSTALLED_APPS = [\n"hcprograms",')
    settings.write_text(text + DATABASE)
    text = urls.read_text().replace("import path", "import include, path")
    urls.write_text(
        text.replace("urlpatterns = [", 'urlpatterns = [path("", include("hcprograms.urls")),')
    )


def run(*command: object, cwd: Path = ROOT) -> str:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "PYTHONPATH")
    }
    done = subprocess.run(
        [str(one) for one in command], cwd=cwd, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}{done.stderr}\nfailed: {' '.join(map(str, command))}")
    return done.stdout


if __name__ == "__main__":
    main()
