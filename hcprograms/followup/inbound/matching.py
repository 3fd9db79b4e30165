"""Who wrote: the request that a message answers, else the sender's own at the institution."""

from collections.abc import Sequence
from dataclasses import dataclass

from hcprograms.followup.inbound.parser import InboundMessage
from hcprograms.followup.models import FollowUp
from hcprograms.institutions.email_addresses import get_comparable_email, is_same_email
from hcprograms.institutions.models import Institution
from hcprograms.leads.models.lead import Lead


@dataclass(frozen=True, slots=True)
class MatchedLead:
    """What a message is about. Without a lead nobody is known who wrote it."""

    institution: Institution
    lead: Lead | None
    is_for_withdrawal: bool
    """Whether it came to the address that ends emails."""


def match_to_leads(
    *, inbound: InboundMessage, institution: Institution | None = None
) -> list[MatchedLead]:
    """Return what the message concerns, once for each institution; none where nothing is known.

    ``institution``: the one whose mailbox it came to, where that is known. Needs scopes disabled.
    """
    addressed = _find_addressed(inbound)
    answered = _find_answered(inbound)
    if answered is not None:
        return [MatchedLead(answered.institution, answered, answered.institution in addressed)]
    known = addressed or ([institution] if institution else _find_only_institution(inbound.sender))
    return [
        MatchedLead(one, _find_latest(one, inbound.sender), is_for_withdrawal=one in addressed)
        for one in known
    ]


def _find_addressed(inbound: InboundMessage) -> list[Institution]:
    if not inbound.recipients:
        return []
    found: dict[str, list[Institution]] = {}
    for one in Institution.objects.exclude(withdrawal_email="").order_by("pk"):
        address = get_comparable_email(one.withdrawal_email)
        if address in inbound.recipients:
            found.setdefault(address, []).append(one)
    return [one for address, known in found.items() for one in _prefer_exact(address, known)]


def _prefer_exact(address: str, known: list[Institution]) -> list[Institution]:
    """Where several wrote the same address in different letters, who wrote it as it is."""
    exact = [one for one in known if one.withdrawal_email.lower() == address]
    return exact or known if len(known) > 1 else known


def _find_answered(inbound: InboundMessage) -> Lead | None:
    """By the ids it names; only a message to the applicant says who answers it."""
    if not inbound.references:
        return None
    rows = FollowUp.objects.filter(
        public_id__in=inbound.references,
        recipient=FollowUp.Recipient.APPLICANT,
        lead__erased_at=None,
    ).select_related("lead__institution", "lead__merged_into__institution")
    by_id = {row.public_id: row.lead for row in rows}
    lead = next((by_id[one] for one in inbound.references if one in by_id), None)
    return lead.merged_into or lead if lead else None


def _find_only_institution(sender: str) -> Sequence[Institution]:
    """The institution that alone knows the sender: where two do, nobody knows whom they meant."""
    if not sender:
        return []
    rows = Lead.objects.filter(email__iexact=sender, erased_at=None)
    known = rows.values_list("institution", "email")[:50]
    keys = {key for key, email in known if is_same_email(email, sender)}
    return list(Institution.objects.filter(pk=keys.pop())) if len(keys) == 1 else []


def _find_latest(institution: Institution, sender: str) -> Lead | None:
    """The person's newest request there, suspected spam last."""
    if not sender:
        return None
    leads = Lead.objects.filter(
        institution=institution, email__iexact=sender, erased_at=None, merged_into=None
    ).select_related("institution", "assigned_to__user")
    rows = leads.order_by("-captured_at", "-pk")[:50]
    same = [one for one in rows if is_same_email(one.email, sender)]
    return min(same, key=lambda one: not one.is_genuine, default=None)
