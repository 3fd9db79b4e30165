"""The inbox narrowed to what is late, or will be within the hour."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hcprograms.leads.admin.filters import InboxFilter

SOON = timedelta(hours=1)


class DueFilter(InboxFilter):
    """Unanswered leads by when an answer is due. Not counted: the choices hang on the clock."""

    title: Any = _("answer due")
    parameter_name = "due"
    CHOICES: ClassVar[dict[str, Any]] = {"late": _("past due"), "soon": _("within an hour")}

    def list_choices(self, changelist: Any) -> Sequence[tuple[str, Any, int | None]]:
        return [(value, label, None) for value, label in self.CHOICES.items()]

    def queryset(self, request: HttpRequest, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        now = timezone.now()
        chosen = {
            "late": Q(is_waiting=True, answer_due_at__lt=now),
            "soon": Q(is_waiting=True, answer_due_at__range=(now, now + SOON)),
        }
        return rows.filter(chosen.get(self.value, Q()))
