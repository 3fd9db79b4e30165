"""A program's place between management and administration."""

from hcprograms.matching.snapshot.columns import RoleLink
from hcprograms.matching.snapshot.loader import compute_track
from tests.matching.catalogs import (
    ROLE,
    ROLES,
)


def test_contested_roles_widen_the_tolerance():
    sure = [RoleLink(ROLE["hospital-administrator"], 0.8, "declared", "")]
    split = [*sure, RoleLink(ROLE["health-services-manager"], 0.8, "declared", "")]

    assert compute_track(links=sure, roles=ROLES) == (1.0, 0.25)
    assert compute_track(links=split, roles=ROLES) == (0.5, 0.5)
    assert compute_track(links=[], roles=ROLES) == (None, 0.25)
