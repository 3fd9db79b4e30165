"""Starts Django, measures one catalog, and prints figures and ratios as JSON."""

import importlib
import json
import sys

import django

if __name__ == "__main__":
    django.setup()
    measured = importlib.import_module("benchmarks.directory.measured")
    print(json.dumps(measured.measure(sys.argv[1])))
