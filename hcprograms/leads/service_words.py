"""The service level in words."""

from datetime import timedelta

from django.utils.translation import gettext as _

MINUTE = timedelta(minutes=1)


def say_left(left: timedelta) -> str:
    """“25 min left” or “overdue by 2 h 5 min”, in business time."""
    if left < timedelta():
        return _("overdue by %(time)s") % {"time": say_time(-left)}
    return _("%(time)s left") % {"time": say_time(left)}


def say_time(length: timedelta) -> str:
    hours, minutes = divmod(int(length / MINUTE), 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    if hours >= 48:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
