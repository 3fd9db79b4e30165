"""What the template tags show: each is a part of somebody's page, cacheable, without a cookie.

A part that cannot be shown (its form was retired, its program deleted) leaves visitors a kind
line or nothing; members of staff who are signed in read why.
"""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hcprograms.catalog.accreditation import Claim
from hcprograms.catalog.comparing import load_compared
from hcprograms.catalog.disclosures import find_disclosures
from hcprograms.catalog.listing import ProgramCard, find_programs, list_programs, make_program_cards
from hcprograms.catalog.models.programs import Offering, Program
from hcprograms.catalog.program_roles import attribute
from hcprograms.catalog.showing import show_roles
from hcprograms.institutions.models import Institution
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.open_forms import FormClosedError
from hcprograms.leads.showing import FormLayout, complete, show_form, show_institution_form
from hcprograms.matching.views.blank_forms import (
    NoOfferingsError,
    complete_form,
    render_estimate_form,
    render_match_form,
)

Wanted = Program | Offering | uuid.UUID | str
GONE = "(deleted)"
"""Stands for a chosen school or program that was deleted: no slug is like this, so that the part
is empty instead of showing everything."""


def match_form(
    context: Context,
    *,
    institution: Institution | str | None = "",
    title: str = "",
    intro: str = "",
) -> SafeString:
    """The questions that find a program; the answers open the page of results."""
    slug = institution.slug if isinstance(institution, Institution) else institution or ""
    try:
        piece = render_match_form(institution=slug, now=timezone.now())
    except Institution.DoesNotExist:
        return _unavailable(context, _("No institution like this is published."))
    form = complete_form(piece, uid=_uid(context))
    return _part(context, "match_form", {"form": form, "title": title, "intro": intro})


def interest_form(
    context: Context,
    form: InterestForm | uuid.UUID | str | None = None,
    *,
    institution: Institution | str | None = "",
    program: Wanted | None = None,
    heading: bool = True,
    title: str = "",
    intro: str = "",
    button: str = "",
) -> SafeString:
    """A form to ask an institution: this very form, or the one the institution has open.

    ``program`` is ticked beforehand.
    """
    now = timezone.now()
    look = FormLayout("part", bool(heading), title, intro, button)
    try:
        shown = _show_form(context, form, institution, program, look, now)
    except FormClosedError as closed:
        fallback = {"institution": closed.institution}
        return _unavailable(context, closed.reason, fallback)
    except Institution.DoesNotExist:
        return _unavailable(context, _("No institution like this is published."))
    return _part(context, "interest_form", {"form": shown})


def program_list(
    context: Context,
    *,
    institution: Institution | str | None = "",
    programs: Sequence[Wanted] | str = (),
    level: str = "",
    delivery: str = "",
    limit: int = 20,
    layout: str = "cards",
    title: str = "",
) -> SafeString:
    """Published programs as ``cards`` or as a ``list``: all of an institution, or these."""
    today = timezone.localdate()
    if programs:
        chosen: Any = _load_programs(programs)
    else:
        chosen = list_programs(
            institution=institution or None, level=level, delivery=delivery, limit=int(limit)
        )
    cards = make_program_cards(chosen, today=today)
    if not cards:
        return _unavailable(context, _("No published program is like this."))
    content = {"cards": cards, "layout": layout, "title": title, "institution": institution}
    return _part(context, "program_list", content)


def program_card(context: Context, program: Wanted | None) -> SafeString:
    """One program in short, with links to its page and to asking."""
    card = _find_card(program)
    if card is None:
        return _unavailable(context, _("This program was deleted or is not published."))
    return _part(context, "program_card", {"card": card})


def accreditation_badge(context: Context, program: Wanted, *, accreditor: str = "") -> SafeString:
    """What may be said today about the accreditation of a program or one of its offerings.

    Nothing where nothing may be said: a badge never outlives the record behind it.
    """
    card = _find_card(program)
    if card is None:
        return _unavailable(context, _("This program was deleted or is not published."))
    claims = _claims_of(card, program)
    if accreditor:
        claims = [claim for claim in claims if claim.accreditor == accreditor]
    if not claims:
        return _unavailable(context, _("No current accreditation is on record."), silent=True)
    return _part(context, "accreditation_badge", {"claims": claims})


def compare(
    context: Context, programs: Sequence[Wanted] | str = (), *, title: str = ""
) -> SafeString:
    """Up to four offerings side by side: these, or every way to study these programs."""
    wanted = programs.split(",") if isinstance(programs, str) else programs
    ids = [public_id for one in wanted if one for public_id in _offerings_of(_trim(one))]
    compared = load_compared(public_ids=ids, today=timezone.localdate()) if ids else []
    if not compared:
        return _unavailable(context, _("None of these programs is published."))
    attribution = attribute(role for one in compared for role in one.roles)
    parts = {"compared": compared, "attribution": attribution, "title": title}
    return _part(context, "compare", parts)


def role_explorer(context: Context, *, title: str = "") -> SafeString:
    """The jobs of the field between management and administration, with who says so."""
    piece = show_roles(now=timezone.now())
    return _part(context, "role_explorer", {"roles": SafeString(piece.html), "title": title})  # nosec B703


def disclosures(
    context: Context, place: str, *, institution: Institution | str | None = None
) -> SafeString:
    """The texts in force today that belong to this place: an institution's own, or the shared.

    All places of one institution take one query in a request.
    """
    if isinstance(institution, Institution):
        owner: int | None = institution.pk
    elif institution:
        owner = Institution.objects.filter(slug=institution).values_list("pk", flat=True).first()
    else:
        owner = None
    request = context.get("request")
    known = getattr(request, "hcprograms_disclosures", {})
    if owner not in known:
        known[owner] = find_disclosures(institution_id=owner, on=timezone.localdate())
    if request is not None:
        request.hcprograms_disclosures = known
    texts = known[owner].get(place, [])
    return render_to_string("hcprograms/catalog/_disclosures.html", {"texts": texts})


def tuition_estimator(
    context: Context,
    program: Wanted | None = None,
    *,
    institution: Institution | str | None = "",
    title: str = "",
    intro: str = "",
) -> SafeString:
    """What changes the price; the answers open the estimate's page.

    For one program or offering, for all of an institution, or with a field to search all schools.
    """
    slug = institution.slug if isinstance(institution, Institution) else institution or ""
    offerings = _offerings_of(program) if program else [None]
    try:
        if not offerings:
            raise NoOfferingsError
        piece = render_estimate_form(offering=offerings[0], institution=slug, now=timezone.now())
    except NoOfferingsError:
        return _unavailable(context, _("No published program is like this."))
    form = complete_form(piece, uid=_uid(context))
    content = {"form": form, "title": title or piece.facts, "intro": intro}
    return _part(context, "tuition_estimator", content)


def assets(context: Context) -> SafeString:
    """Style and script of all parts, for the head of a page; parts bring them otherwise."""
    request = context.get("request")
    if request is not None:
        request.hcprograms_assets = True
    return render_to_string("hcprograms/_assets.html")


def _show_form(
    context: Context,
    form: InterestForm | uuid.UUID | str | None,
    institution: Institution | str | None,
    program: Wanted | None,
    look: FormLayout,
    now: datetime,
) -> SafeString:
    offerings = _offerings_of(program) if program else []
    if isinstance(institution, Institution):
        institution = institution.slug
    if isinstance(form, InterestForm):
        form = form.public_id
    public_id = as_uuid(form)
    if public_id:
        query = {"offering": [str(one) for one in offerings]}
        piece = show_form(public_id=public_id, query=query, now=now, look=look)
    elif institution:
        query = {"offering": [str(one) for one in offerings], "form": [str(form)] if form else []}
        piece = show_institution_form(institution=institution, query=query, now=now, look=look)
    else:
        raise FormClosedError(None, None, _("No form is chosen, or it was deleted."))
    return complete(
        piece,
        address=piece.facts.ask_url(offerings=offerings),
        source=_own_path(context),
        uid=_uid(context),
        now=now,
    )


def _offerings_of(program: Wanted) -> list[uuid.UUID]:
    if isinstance(program, Offering):
        return [program.public_id]
    rows = Offering.objects.published()
    if isinstance(program, Program):
        rows = rows.filter(program=program)
    elif public_id := as_uuid(program):
        found = list(rows.filter(public_id=public_id).values_list("public_id", flat=True))
        if found:
            return found
        rows = rows.filter(program__public_id=public_id)
    else:
        school, _slash, slug = str(program).partition("/")
        rows = rows.filter(program__institution__slug=school, program__slug=slug)
    return list(rows.order_by("delivery", "pk").values_list("public_id", flat=True))


def _trim(wanted: Wanted) -> Wanted:
    return wanted.strip() if isinstance(wanted, str) else wanted


def _load_programs(wanted: Sequence[Wanted] | str) -> list[Program]:
    if isinstance(wanted, str):
        wanted = [one.strip() for one in wanted.split(",")]
    keys = [_program_key(one) for one in wanted]
    return find_programs(wanted=[one for one in keys if one])


def _program_key(wanted: Wanted) -> uuid.UUID | str:
    if isinstance(wanted, Offering):
        wanted = wanted.program
    if isinstance(wanted, Program):
        return wanted.public_id
    return as_uuid(wanted) or str(wanted)


def _find_card(wanted: Wanted | None) -> ProgramCard | None:
    found = _load_programs([wanted]) if wanted else []
    cards = make_program_cards(found, today=timezone.localdate())
    return cards[0] if cards else None


def _claims_of(card: ProgramCard, wanted: Wanted | None) -> Sequence[Claim]:
    if isinstance(wanted, Offering):
        found = [one.claims for one in card.offerings if one.offering.pk == wanted.pk]
        return found[0] if found else []
    return card.claims


def as_uuid(value: Any) -> uuid.UUID | None:
    """A public id, if this is one."""
    if isinstance(value, uuid.UUID):
        return value
    try:
        return uuid.UUID(str(value)) if value else None
    except ValueError:
        return None


def _part(context: Context, name: str, content: dict[str, Any]) -> SafeString:
    """The part between its style and script, which come once on a page."""
    html = render_to_string(f"hcprograms/parts/{name}.html", content | {"uid": _uid(context)})
    request = context.get("request")
    if request is not None and getattr(request, "hcprograms_assets", False):
        return html
    return SafeString(assets(context) + html)  # nosec B703


def _unavailable(
    context: Context, reason: str, content: dict[str, Any] | None = None, *, silent: bool = False
) -> SafeString:
    """Visitors: a way to reach the institution, or nothing. Staff: why there is no more."""
    explains = _is_staff(context)
    if not explains and (silent or not (content or {}).get("institution")):
        return SafeString("")
    known = {"reason": reason if explains else "", "institution": None, "silent": silent}
    return _part(context, "unavailable", known | (content or {}))


def _is_staff(context: Context) -> bool:
    """Whether to explain, which ``hcp_explains`` decides for pages whose parts are cached.

    The session is opened for nobody else, so that pages stay cacheable.
    """
    if "hcp_explains" in context:
        return bool(context["hcp_explains"])
    request = context.get("request")
    if request is None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    user = getattr(request, "user", None)
    return bool(user and user.is_active and user.is_staff)


def _own_path(context: Context) -> str:
    request = context.get("request")
    return request.path if isinstance(request, HttpRequest) else ""


def _uid(context: Context) -> str:
    """A name for the ids of one part: no two parts of a page share it."""
    request = context.get("request")
    if request is None:
        return f"hcp{secrets.token_hex(4)}"
    request.hcprograms_parts = getattr(request, "hcprograms_parts", 0) + 1
    return f"hcp{request.hcprograms_parts}"
