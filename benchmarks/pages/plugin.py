"""The same with the plugin."""

from benchmarks.pages.plain import *

INSTALLED_APPS = [*INSTALLED_APPS, "hcprograms"]
ROOT_URLCONF = "benchmarks.pages.plugin_urls"
