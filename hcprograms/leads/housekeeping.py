"""What is done every hour, by beat or the runner: nothing is kept longer than it should be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hcprograms.catalog.spreadsheets.uploads import drop_old_uploads
from hcprograms.institutions.models import Institution
from hcprograms.leads.proof_of_work import forget_spent_proofs
from hcprograms.leads.rate_limits import forget_counts
from hcprograms.leads.retention import apply_retention
from hcprograms.leads.uploads import sweep_uploads


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many people retention rules erased, and how many files no request held any more."""

    people: int = 0
    files: int = 0

    def __str__(self) -> str:
        return f"Retention: {self.people} erased. Files: {self.files} removed."


def keep_leads_tidy(
    *,
    now: datetime,
    institution: Institution | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Tidied:
    """Do it all once. Any number of processes may, at any time; each may be stopped."""
    drop_old_uploads(now=now)
    erased = apply_retention(now=now, institution=institution, should_stop=should_stop)
    forget_spent_proofs(now=now)
    forget_counts(now=now)
    return Tidied(sum(erased.values()), sweep_uploads(now=now))
