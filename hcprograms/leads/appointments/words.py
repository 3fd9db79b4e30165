"""Times of appointments in words."""

import zoneinfo
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hcprograms.institutions import hours
from hcprograms.leads.models.appointments import Appointment, Place


def name_time(appointment: Appointment, *, time_zone: str = "") -> str:
    """“Monday, December 7, 2026, 9 a.m. MST”, as the office's clock or another one shows it."""
    zone = read_zone(time_zone, default=appointment.institution.time_zone)
    return describe_moment(appointment.starts_at, zone=zone)


def describe_moment(at: datetime, *, zone: ZoneInfo) -> str:
    """A moment by the clock of a time zone, with the zone's own abbreviation."""
    local = at.astimezone(zone)
    return _("%(day)s, %(time)s %(zone)s") % {
        "day": date_format(local, _("l, F j, Y")),
        "time": date_format(local, "TIME_FORMAT"),
        "zone": name_zone(local),
    }


def name_zone(local: datetime) -> str:
    """The short name of a moment's time zone: “CST”, or “UTC+05:30” where it has no letters."""
    name = local.tzname() or ""
    if name.isalpha():
        return name
    offset = local.strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}"


def describe_place(appointment: Appointment) -> str:
    """Where the two meet, or who calls whom."""
    type, lead = appointment.type, appointment.lead
    if type.place == Place.PHONE:
        phone = lead.phone or appointment.institution.phone
        text = _("By phone, %(phone)s") if phone else _("By phone")
        return text % {"phone": phone}
    name = str(type.get_place_display()).capitalize()
    return f"{name}: {type.details}" if type.details else name


def read_zone(name: str, *, default: str) -> ZoneInfo:
    """The time zone of this name, or the default where there is none."""
    return hours.read_zone(name if is_zone(name) else default)


def is_zone(name: str) -> bool:
    """Whether this is the name of a time zone that people find themselves in."""
    return name in known_zones()


@cache
def known_zones() -> tuple[str, ...]:
    """Names that people find themselves in, such as ``America/Denver``, sorted."""
    found = zoneinfo.available_timezones()
    places = (one for one in found if "/" in one and not one.startswith(("Etc/", "SystemV/")))
    return tuple(sorted(places))
