"""One lead, or several, locked for a change, as the database has them now."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from hcprograms.leads.models.lead import Lead


class NotAllowedNowError(Exception):
    """The lead is not in a state that allows this; the message says why."""


class LeadErasedError(NotAllowedNowError):
    """The person was erased, so nothing may be written about them any more."""

    def __init__(self) -> None:
        super().__init__(_("This person was erased. Nothing more can be written."))


def lock_lead(lead: Lead, *, even_if_erased: bool = False) -> Lead:
    """Lock the row until the transaction ends, and return the same object with its present values.

    Everything that writes a lead, or a row about one, calls this first: an erasure that was
    quicker must not be undone. Raises :class:`LeadErasedError` for a lead that was erased or is
    gone. Needs a transaction and a scope.
    """
    rows = Lead.objects.select_related("institution", "form", "assigned_to__user")
    try:
        lead.refresh_from_db(from_queryset=rows.select_for_update(of=("self",)))
    except Lead.DoesNotExist as error:
        raise LeadErasedError from error
    if lead.erased_at and not even_if_erased:
        raise LeadErasedError
    return lead


def lock_leads(leads: Iterable[Lead]) -> Sequence[Lead]:
    """Lock these leads in the order of their keys; return those that were not erased meanwhile.

    Always the same order: two that lock the same leads must not wait for each other.
    """
    locked = []
    for lead in sorted(leads, key=lambda one: one.pk):
        try:
            locked.append(lock_lead(lead))
        except LeadErasedError:
            continue
    return locked
