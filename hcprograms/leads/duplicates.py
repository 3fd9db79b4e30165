"""Leads that may be of the same person: suggested to staff, never merged automatically.

People share addresses and phones (parents, couples, schools), so a match says why it is one and
a person decides. Birthdates and postcodes are answers to a form's own questions of such a key.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from hcprograms.institutions.characters import fold_text
from hcprograms.institutions.email_addresses import is_same_email
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead

POSTCODE_KEYS = frozenset({"postcode", "postal_code", "zip", "zip_code", "zipcode"})
BIRTHDATE_KEYS = frozenset({"birthdate", "birth_date", "birthday", "date_of_birth", "dob"})
MAX_KEY = 300


def compute_name_key(name: str) -> str:
    """A name without accents, case, punctuation and the order of its parts."""
    return " ".join(sorted(re.findall(r"\w+", fold_text(name))))[:MAX_KEY]


def phone_line(phone: str) -> str:
    """The number without its extension."""
    return phone.partition(" ext. ")[0]


def find_answer(extra: Sequence[Mapping[str, str]], keys: frozenset[str]) -> str:
    """The answer to the form's own question of one of these keys, letters and digits only."""
    given = (
        str(one.get("answer", ""))
        for one in extra
        if str(one.get("key", "")).replace("-", "_") in keys
    )
    return next(("".join(filter(str.isalnum, one.casefold())) for one in given if one), "")


MAX_SUGGESTED = 10
MAX_LOOKED_AT = 100
PROOFS = (BIRTHDATE_KEYS, POSTCODE_KEYS)
"""Questions of which one is enough besides the same name."""


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    lead: Lead
    reasons: Sequence[str]


def suggest_duplicates(*, lead: Lead) -> list[PossibleDuplicate]:
    """Other leads of the institution that look like the same person, most alike and newest first.

    The same email or phone is enough; a name counts together with a birthdate or a postcode, and
    makes any other match stronger. One query.
    """
    same = Q()
    if lead.email:
        same |= Q(email__iexact=lead.email)
    if lead.phone:
        line = phone_line(lead.phone)
        same |= Q(phone=line) | Q(phone__startswith=f"{line} ext. ")
    if lead.name_key and any(
        find_answer(lead.extra, one) for one in (BIRTHDATE_KEYS, POSTCODE_KEYS)
    ):
        same |= Q(name_key=lead.name_key)
    if lead.erased_at or not same:
        return []
    with scope(institution=lead.institution):
        others = Lead.objects.filter(same, erased_at=None, merged_into=None).exclude(pk=lead.pk)
        rows = list(others.select_related("form").order_by("-captured_at")[:MAX_LOOKED_AT])
    found = [PossibleDuplicate(row, compare(lead, row)) for row in rows]
    likely = [one for one in found if _is_enough(lead, one.lead)]
    return sorted(likely, key=lambda one: -len(one.reasons))[:MAX_SUGGESTED]


def compare(lead: Lead, other: Lead) -> list[str]:
    """What the two have in common, in words."""
    signs = [
        (_("same email"), _same_email(lead, other)),
        (_("same phone"), _same_phone(lead, other)),
        (_("same name"), compute_name_key(lead.name) == compute_name_key(other.name)),
        (_("same birthdate"), _same_answer(lead, other, BIRTHDATE_KEYS)),
        (_("same postcode"), _same_answer(lead, other, POSTCODE_KEYS)),
    ]
    return [reason for reason, holds in signs if holds]


def _is_enough(lead: Lead, other: Lead) -> bool:
    if _same_email(lead, other) or _same_phone(lead, other):
        return True
    return lead.name_key == other.name_key and any(_same_answer(lead, other, one) for one in PROOFS)


def _same_email(lead: Lead, other: Lead) -> bool:
    return is_same_email(lead.email, other.email)


def _same_phone(lead: Lead, other: Lead) -> bool:
    return bool(lead.phone) and phone_line(lead.phone) == phone_line(other.phone)


def _same_answer(lead: Lead, other: Lead, keys: frozenset[str]) -> bool:
    mine = find_answer(lead.extra, keys)
    return bool(mine) and mine == find_answer(other.extra, keys)
