"""Starts Django, measures the spreadsheets, and prints the figures as JSON."""

import importlib
import json

import django

if __name__ == "__main__":
    django.setup()
    measured = importlib.import_module("benchmarks.imports.spreadsheets")
    print(json.dumps(measured.measure()))
