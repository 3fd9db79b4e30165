"""Nobody is kept longer than the institution says; it runs by itself and says what it did."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scope
from hcprograms.leads.erasure import erase_lead
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.models.lead import CaptureAttempt, Lead, LeadEvent
from hcprograms.leads.models.retention import REFUSED, RetentionRule, RetentionRun


@dataclass(frozen=True, slots=True)
class Due:
    """How much a rule would erase now."""

    rule: RetentionRule
    count: int


def preview_retention(*, institution: Institution, now: datetime) -> list[Due]:
    """What would be erased now; nothing is."""
    with scope(institution=institution):
        return [Due(rule, _count(rule, now)) for rule in _rules(institution)]


def apply_retention(
    *,
    now: datetime,
    institution: Institution | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, int]:
    """Erase what is due, of one institution or of all; return status → how many.

    Each person goes in a transaction of their own: it may be stopped at any time, and run any
    number of times at once. What was done is kept per institution and day.
    """
    total: Counter[str] = Counter()
    institutions = Institution.objects.filter(retention_rules__isnull=False).distinct()
    for one in institutions if institution is None else [institution]:
        erased = _apply(one, now, should_stop)
        if erased:
            _note(one, erased, now)
        total.update(erased)
    return dict(total)


def _apply(
    institution: Institution, now: datetime, should_stop: Callable[[], bool]
) -> dict[str, int]:
    erased: Counter[str] = Counter()
    with scope(institution=institution):
        for rule in _rules(institution):
            erased[rule.status] += _carry_out(rule, now, should_stop)
    return {status: count for status, count in erased.items() if count}


def _carry_out(rule: RetentionRule, now: datetime, should_stop: Callable[[], bool]) -> int:
    if rule.status == REFUSED:
        return _find_refused(rule, now).update(submitted={}, detail="", ip_address=None)
    why = _("kept for %(days)d days without any change") % {"days": rule.days}
    count = 0
    for pk in list(_find_leads(rule, now).values_list("pk", flat=True)):
        if should_stop():
            break
        with transaction.atomic():
            lead = _find_leads(rule, now).select_for_update(of=("self",)).filter(pk=pk).first()
            if lead is not None:
                erase_lead(lead=lead, method=Consent.Method.STAFF, now=now, why=why)
                count += 1
    return count


def _count(rule: RetentionRule, now: datetime) -> int:
    return (_find_refused if rule.status == REFUSED else _find_leads)(rule, now).count()


def _find_refused(rule: RetentionRule, now: datetime) -> "QuerySet[CaptureAttempt]":
    """Refused submits of which the rule leaves nothing but the fact now."""
    refused = CaptureAttempt.objects.filter(
        institution_id=rule.institution_id, lead=None, at__lt=now - timedelta(days=rule.days)
    )
    return refused.exclude(submitted={}, detail="", ip_address=None)


def _find_leads(rule: RetentionRule, now: datetime) -> "QuerySet[Lead]":
    """The leads that the rule lets go now. Those merged into others go together with these."""
    until = now - timedelta(days=rule.days)
    happened = LeadEvent.objects.filter(lead=OuterRef("pk"), at__gte=until)
    in_family = LeadEvent.objects.filter(lead__merged_into=OuterRef("pk"), at__gte=until)
    return Lead.objects.filter(
        ~Exists(happened.order_by()),
        ~Exists(in_family.order_by()),
        institution_id=rule.institution_id,
        status=rule.status,
        captured_at__lt=until,
        erased_at=None,
        merged_into=None,
    ).order_by("pk")


def _rules(institution: Institution) -> Sequence[RetentionRule]:
    return list(RetentionRule.objects.filter(institution=institution))


def _note(institution: Institution, erased: dict[str, int], now: datetime) -> None:
    with transaction.atomic():
        run, _created = RetentionRun.objects.select_for_update().get_or_create(
            institution=institution, day=now.date(), defaults={"at": now}
        )
        run.at = now
        run.erased = dict(Counter(run.erased) + Counter(erased))
        run.save(update_fields=["at", "erased"])
