"""Fixtures of the matching tests."""

from datetime import date

import pytest
from django.utils import timezone

from hcprograms.matching import engine


@pytest.fixture(scope="session")
def today() -> date:
    """The sample catalog's dates are relative to the real day."""
    return timezone.localdate()


@pytest.fixture(autouse=True)
def _fresh_catalog(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test's catalog is its own, and a change is noticed at once."""
    monkeypatch.setattr(engine, "CHECK_SECONDS", 0.0)
    engine.forget()
