"""What the page of results says beside the results: who can send them by email.

A directory-wide result names many schools, and a lead belongs to one: the visitor chooses who
sends, that school's own programs only, and no other school hears of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from hcprograms.catalog.page_cache import Fragment
from hcprograms.leads.emailing import find_result_forms
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.showing import FormLayout, complete, show_form
from hcprograms.matching.presenters.cards import Card

LOOK = FormLayout("part", has_heading=False)


@dataclass(frozen=True, slots=True)
class Sender:
    """A school that can send its part of the results."""

    form: InterestForm
    count: int
    """How many of the programs shown are its own."""
    url: str


def email_results(context: Context, cards: Sequence[Card], *, query: str, shown: int) -> SafeString:
    """The form to get these results by email, or the schools that can send theirs.

    ``query`` holds the answers, ``shown`` how many programs the page was asked to show.
    """
    now = timezone.now()
    counts: dict[int, int] = {}
    for card in cards:
        school = card.offering.program.institution_id
        counts[school] = counts.get(school, 0) + 1
    forms = find_result_forms(institutions=list(counts), now=now) if counts else {}
    senders = [
        Sender(forms[school], count, _address(forms[school], query, shown))
        for school, count in counts.items()
        if school in forms
    ]
    if not senders:
        return SafeString("")
    content = {"senders": senders, "count": len(cards)}
    if len(senders) == 1:
        only = senders[0]
        fragment: Fragment = show_form(public_id=only.form.public_id, now=now, look=LOOK)
        content["shown"] = complete(fragment, address=only.url, uid="hcp-email", now=now)
    return render_to_string("hcprograms/matching/_email.html", content)


def _address(form: InterestForm, query: str, shown: int) -> str:
    path = reverse("hcprograms:ask", args=[form.institution.slug])
    said = urlencode([("form", form.slug), ("show", str(shown))])
    return f"{path}?{said}&{query}" if query else f"{path}?{said}"
