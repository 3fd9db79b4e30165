"""Places between management and administration in words. Needs no Django, as matching does not."""


def gettext_noop(message: str) -> str:
    """Mark a text for translation, as Django's function of this name does."""
    return message


CLEAR = 0.25
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
