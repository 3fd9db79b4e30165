"""What is compared to find the same person twice: names, numbers, dates in one spelling. Pure."""

import re
from collections.abc import Mapping, Sequence

from hcprograms.institutions.characters import fold_text

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
