"""Our side: production's settings."""

from project.settings.production import *

LOGGING["loggers"]["hcprograms"]["level"] = "ERROR"
