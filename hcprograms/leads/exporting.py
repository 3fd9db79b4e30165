"""Leads as rows of a spreadsheet, with nothing in them that a spreadsheet would execute."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from hcprograms.catalog.cells import make_inert
from hcprograms.leads.consent import Suppressions, get_consents, iterate_with_suppressions
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.files import LeadFile
from hcprograms.leads.models.lead import Lead


class Writable(Protocol):
    """What CSV can be written to: a file, or a response."""

    def write(self, text: str, /) -> object: ...


def write_table(headings: Sequence[str], rows: Iterable[Sequence[Any]], *, to: Writable) -> int:
    """Write CSV with a heading line. Returns how many rows there were."""
    writer = csv.writer(to, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(headings)
    count = 0
    for row in rows:
        writer.writerow([make_inert(value) for value in row])
        count += 1
    return count


def list_leads(leads: "QuerySet[Lead]") -> Iterator[list[Any]]:
    """The cells of each lead, read a thousand at a time."""
    return (_values(lead, found) for lead, found in iterate_with_suppressions(_whole(leads)))


def _whole(leads: "QuerySet[Lead]") -> Iterator[Lead]:
    """The leads with all that a row shows, a thousand at a time."""
    files = Prefetch("files", LeadFile._base_manager.select_related("upload"))
    rows = leads.select_related("institution", "form", "assigned_to__user")
    return rows.prefetch_related("choices", "consents", files).iterator(chunk_size=1_000)


def lead_headings() -> list[str]:
    return [
        _("Asked at (UTC)"),
        _("Institution"),
        _("Form"),
        _("Status"),
        _("Name"),
        _("Email"),
        _("Phone"),
        _("Country"),
        _("State"),
        _("Education"),
        _("Military"),
        _("Wished start"),
        _("Best time to call"),
        _("Language"),
        _("Programs"),
        _("Message"),
        _("Organisation"),
        _("People to train"),
        _("Topics of the training"),
        _("Answers"),
        _("Files"),
        _("Assigned to"),
        _("Answer due at (UTC)"),
        _("First answered at (UTC)"),
        _("Business minutes until the first answer"),
        _("Reason for closing"),
        _("Consent to phone calls"),
        _("Consent to phone calls: date (UTC)"),
        _("Consent to text messages"),
        _("Consent to text messages: date (UTC)"),
        _("Consent to email news"),
        _("Consent to email news: date (UTC)"),
        _("Do not contact by"),
        _("Source"),
    ]


def _values(lead: Lead, suppressions: Suppressions) -> list[Any]:
    return [
        _time(lead.captured_at),
        lead.institution,
        lead.form,
        lead.get_status_display(),
        lead.name,
        lead.email,
        lead.phone,
        lead.country.code if lead.country else "",
        lead.state,
        lead.get_education_display(),
        lead.get_military_display(),
        lead.start_from,
        lead.get_best_time_display(),
        lead.language,
        "; ".join(choice.title for choice in lead.choices.all()),
        lead.message,
        lead.organisation,
        lead.people,
        lead.topics,
        "; ".join(f"{one['question']}: {one['answer']}" for one in lead.extra),
        "; ".join(file.upload.name for file in lead.files.all()),
        lead.assigned_to or "",
        _time(lead.answer_due_at),
        _time(lead.first_answered_at),
        lead.answered_after_minutes,
        lead.close_reason,
        *_list_consents(lead, suppressions),
        _list_closed_channels(lead, suppressions),
        lead.source,
    ]


def _list_consents(lead: Lead, suppressions: Suppressions) -> list[str]:
    """Status and date of each channel. That a request may be answered is no consent."""
    found = get_consents(lead, suppressions=suppressions)
    channels = [found[one] for one in (Channel.CALL, Channel.TEXT, Channel.EMAIL)]
    return [cell for one in channels for cell in (str(one.status.label), _time(one.decided_at))]


def _list_closed_channels(lead: Lead, suppressions: Suppressions) -> str:
    """The channels that must not be used, in words; empty where all may be."""
    closed = [str(Channel(one).label) for one in Channel.values if one in suppressions]
    if lead.is_unreachable and Channel.EMAIL not in suppressions:
        closed.insert(0, _("email (takes no emails)"))
    return "; ".join(closed)


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""
