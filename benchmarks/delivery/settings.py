"""Our side: production's settings; the mails are 4 kB of plain text, as the peer's are."""

from pathlib import Path

from project.settings.production import *

TEMPLATES[0]["DIRS"] = [Path(__file__).parent / "templates"]
LOGGING["loggers"]["hcprograms"]["level"] = "ERROR"
