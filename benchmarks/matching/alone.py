"""Starts Django, measures, and prints figures and ratios as JSON."""

import importlib
import json

import django

if __name__ == "__main__":
    django.setup()
    measured = importlib.import_module("benchmarks.matching.measured")
    print(json.dumps(measured.measure()))
