"""How often forms are seen and begun: plain counts per day, nothing about who.

A page's script tells it, so that pages can come from any cache and nobody needs a cookie. Whoever
has no scripts is not counted here; submits are always counted, as leads.
"""

import uuid
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from hcprograms.leads.attribution import clean_mark
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.usage import FormDay

COUNTED = {"view": "views", "start": "starts"}
MAX_SOURCES = 50
"""Sources told apart per form and day; anybody can make them up."""


def count_use(*, form: uuid.UUID, what: str, source: str, now: datetime) -> bool:
    """Count one view or start; return whether there is such a form and such a thing to count."""
    column = COUNTED.get(what)
    pk = InterestForm.objects.filter(public_id=form).values_list("pk", flat=True).first()
    if column is None or pk is None:
        return False
    day, named = timezone.localdate(now), _clean(source)
    if _add(pk, day, named, column):
        return True
    known = FormDay.objects.filter(form=pk, day=day).count()
    named = named if known < MAX_SOURCES else ""
    try:
        with transaction.atomic():
            FormDay.objects.create(form_id=pk, day=day, source=named, **{column: 1})
    except IntegrityError:
        _add(pk, day, named, column)
    return True


def _add(form: int, day: date, source: str, column: str) -> bool:
    rows = FormDay.objects.filter(form=form, day=day, source=source)
    return bool(rows.update(**{column: F(column) + 1}))


def _clean(source: str) -> str:
    return clean_mark(source).casefold()
