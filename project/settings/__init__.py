"""The demo site, embedded: SQLite, no broker, no worker, no network."""

from project.settings.base import *
