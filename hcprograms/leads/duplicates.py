"""Leads that may be the same person: suggested to staff, never joined by itself.

People share addresses and phones (parents, couples, schools), so a match says why it is one and
a person decides.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead

MAX_SUGGESTED = 10


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    lead: Lead
    reasons: Sequence[str]


def suggest_duplicates(*, lead: Lead) -> list[PossibleDuplicate]:
    """Other leads of the institution with the same email or phone, most alike and newest first.

    A name alone says nothing; beside another sign it makes the match stronger.
    """
    same = Q()
    if lead.email:
        same |= Q(email__iexact=lead.email)
    if lead.phone:
        line = _line(lead.phone)
        same |= Q(phone=line) | Q(phone__startswith=f"{line} ext. ")
    if lead.erased_at or not same:
        return []
    with scope(institution=lead.institution):
        others = Lead.objects.filter(same, erased_at=None).exclude(pk=lead.pk)
        rows = list(others.select_related("form").order_by("-captured_at")[:MAX_SUGGESTED])
    found = [PossibleDuplicate(row, _compare(lead, row)) for row in rows]
    return sorted(found, key=lambda one: -len(one.reasons))


def _compare(lead: Lead, other: Lead) -> list[str]:
    signs = [
        (_("same email"), lead.email.casefold() == other.email.casefold()),
        (_("same phone"), bool(lead.phone) and _line(lead.phone) == _line(other.phone)),
        (_("same name"), _plain(lead.name) == _plain(other.name)),
    ]
    return [reason for reason, holds in signs if holds]


def _line(phone: str) -> str:
    """The number without its extension."""
    return phone.partition(" ext. ")[0]


def _plain(name: str) -> str:
    """A name without accents, case, punctuation and the order of its parts."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(one for one in bare if not unicodedata.combining(one))
    return " ".join(sorted(re.findall(r"\w+", kept)))
