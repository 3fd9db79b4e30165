"""A program in the words of schema.org, for search engines: nothing that the page does not say."""

import json
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString

from hcprograms.catalog.models.programs import Delivery, Program
from hcprograms.catalog.offering_views import OfferingView

MODES = {Delivery.ONLINE: "online", Delivery.HYBRID: "blended", Delivery.CAMPUS: "onsite"}
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def describe_program(
    *, program: Program, offerings: Sequence[OfferingView], url: str
) -> dict[str, Any]:
    """An ``EducationalOccupationalProgram``; what is not published is left out."""
    school = program.institution
    rows = [one.offering for one in offerings]
    months = {row.duration_months for row in rows}
    starts = sorted(intake.starts_on for one in offerings for intake in one.intakes)
    length = next(iter(months)) if len(months) == 1 else None
    known = {
        "@context": "https://schema.org",
        "@type": "EducationalOccupationalProgram",
        "name": program.full_name,
        "url": url,
        "description": program.summary,
        "provider": _filled({"@type": "CollegeOrUniversity", "name": school.name})
        | _filled({"url": school.website}),
        "educationalCredentialAwarded": _credential(program, offerings),
        "educationalProgramMode": sorted({MODES[Delivery(r.delivery)] for r in rows if r.delivery}),
        "timeToComplete": f"P{length}M" if length else None,
        "startDate": starts[0].isoformat() if starts else None,
        "offers": [_offer(one) for one in offerings if _is_published_whole(one)],
    }
    return _filled(known)


def write_json(content: dict[str, Any]) -> SafeString:
    """JSON that cannot end the script element that it stands in."""
    return SafeString(json.dumps(content, ensure_ascii=False).translate(_ESCAPES))


def _credential(program: Program, offerings: Sequence[OfferingView]) -> dict[str, Any]:
    """Accreditors count only where they accredit every way to study: candidates never do."""
    bodies = [
        {claim.accreditor_name for claim in one.claims if claim.is_accredited} for one in offerings
    ]
    shared = sorted(set.intersection(*bodies)) if bodies else []
    return _filled(
        {
            "@type": "EducationalOccupationalCredential",
            "name": program.award or program.name,
            "credentialCategory": str(program.get_level_display()),
            "recognizedBy": [{"@type": "Organization", "name": name} for name in shared],
        }
    )


def _is_published_whole(one: OfferingView) -> bool:
    """A price that leaves a fee out would be told on without our words beside it."""
    return one.estimate.total is not None and not one.estimate.missing


def _offer(one: OfferingView) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "name": one.heading,
        "price": one.estimate.total,
        "priceCurrency": one.offering.currency,
    }


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [])}
