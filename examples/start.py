"""Starts an example site: prepares its database, creates its pages, serves it."""

import argparse
import os
import secrets
import subprocess
import sys
from importlib import import_module
from io import StringIO


def start(name: str) -> None:
    """Run ``examples/<name>`` until it is stopped. ``pages.py`` there creates what it shows."""
    parser = argparse.ArgumentParser(prog=f"python -m examples.{name}")
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    os.environ["DJANGO_SETTINGS_MODULE"] = f"examples.{name}.settings"
    os.environ["SITE_URL"] = f"http://127.0.0.1:{port}"
    password = prepare(name)
    print(
        f"\n  Site   http://127.0.0.1:{port}/\n  Admin  user admin, password {password}\n",
        flush=True,
    )
    command = ["gunicorn", "django.core.wsgi:get_wsgi_application()", f"--bind=127.0.0.1:{port}"]
    options = ["--workers=1", "--threads=4", "--log-level=warning", "--no-control-socket"]
    sys.exit(subprocess.run([sys.executable, "-m", *command, *options]).returncode)


def prepare(name: str) -> str:
    """Bring the database up to date and return the superuser's new password."""
    import django  # noqa: PLC0415 needs the settings named above
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_reference", stdout=StringIO())
    call_command("load_sample", stdout=StringIO())
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    password = os.environ.get("ADMIN_PASSWORD") or secrets.token_urlsafe(9)
    admin, _created = get_user_model().objects.get_or_create(username="admin")
    admin.is_staff = admin.is_superuser = True
    admin.set_password(password)
    admin.save()
    import_module(f"examples.{name}.pages").create_pages(admin)
    return password
