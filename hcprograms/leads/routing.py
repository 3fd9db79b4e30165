"""Who answers a new lead: the institution's advisors in turn, then a manager, then an owner."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hcprograms.institutions.models import Institution, Membership, Role


@dataclass(frozen=True, slots=True)
class Assignment:
    membership: Membership | None
    reason: str


def assign_in_turn(*, institution: Institution) -> Assignment:
    """Choose who is next and note the turn. Call inside a transaction.

    The members' rows stay locked until it ends, so simultaneous leads take simultaneous turns
    one after the other and nobody is skipped or served twice.
    """
    members = list(
        Membership.objects.active()
        .filter(institution=institution, role__in=[Role.ADVISOR, Role.MANAGER, Role.OWNER])
        .select_related("user")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    for reason, group in _groups(members):
        if group:
            return Assignment(_take_turn(group, members), reason)
    return Assignment(None, _("nobody: no active advisor, manager or owner"))


def _groups(members: list[Membership]) -> list[tuple[str, list[Membership]]]:
    def with_role(role: Role) -> list[Membership]:
        return [one for one in members if one.role == role]

    return [
        (_("next in turn"), [one for one in members if one.receives_leads]),
        (_("no advisor is told of leads: next manager"), with_role(Role.MANAGER)),
        (_("no advisor and no manager: next owner"), with_role(Role.OWNER)),
    ]


def _take_turn(group: list[Membership], members: list[Membership]) -> Membership:
    """The one whose last turn is longest ago; sorted here, as a lock waits but does not sort."""
    chosen = min(group, key=lambda one: (one.lead_turn, one.pk))
    chosen.lead_turn = max(one.lead_turn for one in members) + 1
    chosen.save(update_fields=["lead_turn"])
    return chosen
