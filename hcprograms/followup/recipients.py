"""Who of an institution is told of a lead, and in which order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hcprograms.institutions.email_addresses import format_email, get_comparable_email
from hcprograms.institutions.models import Institution, Membership, Role


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to write to; an institution's own mailbox has no membership."""

    address: str
    membership: Membership | None = None

    @property
    def name(self) -> str:
        return self.membership.display_name if self.membership else self.address


@dataclass(frozen=True, slots=True)
class Team:
    """Everybody to tell. ``first``, ``second`` and ``manager`` need somebody ``to_alert``."""

    to_alert: tuple[Person, ...]
    without_address: tuple[Person, ...]
    managers: tuple[Person, ...]
    mailbox: Person | None

    @property
    def first(self) -> Person:
        """The one who has the lead."""
        return self.to_alert[0]

    @property
    def second(self) -> Person:
        """Somebody else than the first, if there is anybody."""
        return next((one for one in self.to_alert[1:]), self.manager)

    @property
    def manager(self) -> Person:
        """Somebody above the first, if there is anybody; else the office's mailbox."""
        above = (one for one in self.managers if one.address != self.first.address)
        return next(above, self.mailbox or self.first)


def find_team(
    *,
    institution: Institution,
    assigned_to: Membership | None,
    members: Sequence[Membership] | None = None,
    is_away: Callable[[Membership], bool] | None = None,
) -> Team:
    """Return whom to tell of a lead of this institution; ``members`` are read if not given.

    To be alerted are the advisors, the one who has the lead first; where there is none with an
    address, managers and owners; failing these, the institution's own address. Who ``is_away`` is
    passed over unless the lead is theirs or there is no one else.
    """
    if members is None:
        members = list(institution.memberships.active().select_related("user").order_by("pk"))
    advisors = sorted(
        (one for one in members if one.receives_leads or one == assigned_to),
        key=lambda one: one != assigned_to,
    )
    away = {one.pk for one in members if is_away and one != assigned_to and is_away(one)}
    present = [one for one in advisors if one.pk not in away]
    managers = list_managers(one for one in members if one.pk not in away)
    everyone = list_people(advisors) or list_managers(members)
    managers = managers or list_managers(members)
    office = format_email(institution.email)
    mailbox = (Person(office),) if office else ()
    return Team(
        to_alert=list_people(present) or (managers if away else ()) or everyone or mailbox,
        without_address=_first_nameless(advisors),
        managers=managers,
        mailbox=mailbox[0] if mailbox else None,
    )


def list_managers(members: Iterable[Membership]) -> tuple[Person, ...]:
    """Managers, then owners, as people to write to."""
    listed = list(members)
    managers = list_people(one for one in listed if one.role == Role.MANAGER)
    return managers + list_people(one for one in listed if one.role == Role.OWNER)


def list_people(members: Iterable[Membership]) -> tuple[Person, ...]:
    """Members that have an address, as people to write to, each address once."""
    found: dict[str, Person] = {}
    for one in members:
        address = find_address(one)
        if address:
            found.setdefault(get_comparable_email(address), Person(address, one))
    return tuple(found.values())


def _first_nameless(members: Iterable[Membership]) -> tuple[Person, ...]:
    """One member without an address, to be reported; a report for each would say no more."""
    return tuple(Person("", one) for one in members if not find_address(one))[:1]


def find_address(member: Membership) -> str:
    """Where the member gets mail; empty without an address that mail can be sent to."""
    return format_email(str(getattr(member.user, "email", "")))
