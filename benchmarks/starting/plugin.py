"""The same with the plugin."""

from benchmarks.starting.plain import *

INSTALLED_APPS = [*INSTALLED_APPS, "hcprograms"]
ROOT_URLCONF = "benchmarks.starting.plugin_urls"
