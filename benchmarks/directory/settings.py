"""The demo site with one more page: 20 rows and nothing else."""

from pathlib import Path

from project.settings.test import *  # noqa: F403
from project.settings.test import TEMPLATES

ROOT_URLCONF = "benchmarks.directory.urls"
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]
