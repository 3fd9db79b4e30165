"""Places between management and administration in words."""

from django.utils.translation import gettext_noop

CLEAR = 0.25
"""From here on, a place and a lean are called by their end's name."""
STRONG = 0.6
PLACES = (
    gettext_noop("clearly administration"),
    gettext_noop("more administration than management"),
    gettext_noop("between management and administration"),
    gettext_noop("more management than administration"),
    gettext_noop("clearly management"),
)
"""The line in words, from one end to the other, marked for translation."""


def find_place(at: float) -> str:
    """A place on the line as one of ``PLACES``, not translated."""
    if at >= STRONG:
        return PLACES[4]
    if at >= CLEAR:
        return PLACES[3]
    if at > -CLEAR:
        return PLACES[2]
    return PLACES[1] if at > -STRONG else PLACES[0]
