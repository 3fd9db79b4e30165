"""Asks the browser for a proof of work, or has a person look at a request that cannot bring one."""

import json
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.utils.translation import gettext as _

from hcprograms.leads.asking import AskPage
from hcprograms.leads.proof import PROOF_FIELD, Verdict, judge_proof, make_challenge
from hcprograms.leads.submission import Submission
from hcprograms.leads.visitor import find_client_ip


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page says to the script: the sum, and whether to send the form once it is done."""

    challenge: str
    goes_on: bool


def prove(
    request: HttpRequest, page: AskPage, submission: Submission, *, from_network: int
) -> "Submission | Asked":
    """The submission, to be captured or to be looked at first; or what to ask the browser.

    One that is suspected anyway needs no proof: somebody looks at it. Nothing is ever dropped.
    """
    if submission.suspicion:
        return submission
    verdict = judge_proof(
        institution=page.form.institution,
        form=page.form.public_id,
        ip_address=find_client_ip(request),
        text=request.POST.get(PROOF_FIELD),
        submission_id=submission.id,
        from_network=from_network,
        now=page.now,
    )
    if verdict is Verdict.FINE:
        return submission
    if verdict is Verdict.UNPROVED:
        return replace(submission, suspicion=_("very many requests at once, and no proof of work"))
    return Asked(
        json.dumps(make_challenge(form=page.form.public_id, now=page.now)),
        goes_on=verdict is Verdict.ASK,
    )
