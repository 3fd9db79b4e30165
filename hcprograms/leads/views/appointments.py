"""Booking, moving and cancelling an appointment by the signed link of a lead; no account needed.

Opening the page changes nothing, whatever follows links; only a POST does.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hcprograms.institutions import hours
from hcprograms.institutions.database_time import get_database_time
from hcprograms.leads.appointments.booking import (
    TimeTakenError,
    book_appointment,
    cancel_appointment,
)
from hcprograms.leads.appointments.finding import (
    find_appointment,
    find_offer,
    find_time_zone,
    find_types,
)
from hcprograms.leads.appointments.page import describe_days, describe_zones
from hcprograms.leads.appointments.words import describe_moment, is_zone
from hcprograms.leads.locking import NotAllowedNowError
from hcprograms.leads.models.appointments import Appointment, AppointmentType
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.personal_links import PersonalLink, act_by_link
from hcprograms.leads.rate_limits import count_request, limit_bookings, take_back
from hcprograms.leads.tokens import Purpose
from hcprograms.leads.unavailable import keep_typed_when_down
from hcprograms.leads.views.answers import (
    ask_to_wait,
    check_post,
    keep_private,
    name_wait,
    see_other,
)
from hcprograms.leads.views.dead_links import answer_dead_links
from hcprograms.leads.views.own_pages import open_or_404

CONFLICT = 409


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
@answer_dead_links
def appointment(request: HttpRequest, token: str) -> HttpResponse:
    """Show the free times or the appointment; book, move and cancel by POST."""
    now = get_database_time()
    link = open_or_404(token, Purpose.APPOINTMENT, Purpose.BOOKING, now=now)
    if request.method != "POST":
        return _show(request, link, token, request.GET, now)
    check_post(request)
    lead = link.lead
    zone = hours.read_zone(_find_chosen_zone(lead, request.POST) or lead.institution.time_zone)
    if "cancel" in request.POST:
        with act_by_link(link, now=now) as held:
            booked = find_own_appointment(held)
            if booked is not None:
                cancel_appointment(appointment=booked, now=now)
        return _see_done(token, "cancelled", zone)
    limit = limit_bookings(lead)
    wait = count_request(limit, now=now).seconds_to_wait
    if wait:
        page = _show(request, link, token, request.POST, now, error=name_wait(wait))
        return ask_to_wait(page, wait)
    try:
        with act_by_link(link, now=now) as held:
            made = _book(held, request.POST, zone, now)
    except (NotAllowedNowError, TimeTakenError) as error:
        take_back(limit)  # no mail came of it
        return _show(request, link, token, request.POST, now, error=str(error))
    if link.token.purpose == Purpose.BOOKING:
        # From here on the page shows what was booked with it, and nothing else.
        token = replace(link.token, appointment=made.pk).sign()
    return _see_done(token, "booked", zone)


def _see_done(token: str, done: str, zone: ZoneInfo) -> HttpResponse:
    """Back to the page, which goes on in the same time zone."""
    page = reverse("hcprograms:appointment", args=[token])
    return see_other(f"{page}?{urlencode({'done': done, 'tz': zone.key})}")


def _find_chosen_zone(lead: Lead, given: QueryDict) -> str:
    """The time zone that was sent, else the one in which this person last chose a time.

    Empty where neither is known.
    """
    name = given.get("tz", "")
    return name if is_zone(name) else find_time_zone(lead=lead)


def find_own_appointment(link: PersonalLink) -> Appointment | None:
    """The appointment that a link may show, move and cancel.

    One from the thank-you page sees only what was booked with it: its holder typed an address,
    and need not be its owner.
    """
    booked = find_appointment(lead=link.lead)
    if link.token.purpose == Purpose.BOOKING and booked and booked.pk != link.token.appointment:
        return None
    return booked


def _book(link: PersonalLink, given: QueryDict, zone: ZoneInfo, now: datetime) -> Appointment:
    lead = link.lead
    type = _chosen_type(find_types(institution=lead.institution), given)
    starts_at = _read_moment(given.get("starts_at", ""))
    if type is None or starts_at is None:
        raise TimeTakenError(_("Choose a time."))
    is_booking = link.token.purpose == Purpose.BOOKING
    return book_appointment(
        lead=lead,
        type=type,
        starts_at=starts_at,
        time_zone=zone.key,
        now=now,
        moves_only=(link.token.appointment or 0) if is_booking else None,
    )


def _show(
    request: HttpRequest,
    link: PersonalLink,
    token: str,
    given: QueryDict,
    now: datetime,
    *,
    error: str = "",
) -> HttpResponse:
    lead = link.lead
    booked = find_own_appointment(link)
    types = find_types(institution=lead.institution)
    type = _chosen_type(types, given)
    chosen_zone = _find_chosen_zone(lead, given)
    school_zone = hours.read_zone(lead.institution.time_zone)
    zone = hours.read_zone(chosen_zone) if chosen_zone else school_zone
    offer = find_offer(lead=lead, type=type, now=now) if type else None
    context = {
        "lead": lead,
        "institution": lead.institution,
        "token": token,
        "hides_phone": link.token.purpose == Purpose.BOOKING,
        "booked": booked if booked and booked.ends_at > now else None,
        "booked_time": describe_moment(booked.starts_at, zone=zone) if booked else "",
        "is_moving": "move" in given or bool(error),
        "types": types,
        "type": type,
        "offer": offer,
        "page": describe_days(
            offer.starts if offer else [], zone=zone, first=_read_day(given.get("day", ""))
        ),
        "zone": zone.key,
        "zones": describe_zones(school=lead.institution.time_zone),
        "school_zone": lead.institution.time_zone,
        "is_zone_chosen": bool(chosen_zone),
        "is_elsewhere": _differs(zone, school_zone, at=offer.starts if offer else [now]),
        "done": request.GET.get("done", ""),
        "error": error,
    }
    status = CONFLICT if error else 200
    return keep_private(
        render(request, "hcprograms/leads/appointment.html", context, status=status)
    )


def _differs(one: ZoneInfo, other: ZoneInfo, *, at: Sequence[datetime]) -> bool:
    """Whether the clocks differ at one of these moments: not all change on the same day."""
    return any(
        moment.astimezone(one).utcoffset() != moment.astimezone(other).utcoffset() for moment in at
    )


def _chosen_type(types: list[AppointmentType], given: QueryDict) -> AppointmentType | None:
    """The type that was chosen, or the first."""
    wanted = given.get("type", "")
    return next((one for one in types if str(one.pk) == wanted), types[0] if types else None)


def _read_moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
