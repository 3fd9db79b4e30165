"""A lead and those that staff joined to it: one person's requests, told as one."""

from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead


def find_family(*, lead: Lead) -> list[Lead]:
    """The lead, then those merged into it, oldest first. A merged lead alone is its own."""
    with scope(institution=lead.institution):
        merged = Lead.objects.filter(merged_into=lead).select_related("form")
        return [lead, *merged.order_by("captured_at", "pk")]


def find_whole_family(*, lead: Lead) -> list[Lead]:
    """Everything that is taken for the same person, from whichever of its leads one starts."""
    kept = lead.merged_into
    return find_family(lead=kept if kept is not None else lead)
