"""Soft criteria: how well an offering suits, each between 0 and 1, each with its reason.

A criterion is a small class with a key, a label, a default weight and one required method,
``score``. Further ones are named by dotted path in ``HCPROGRAMS["CRITERIA"]``. A criterion judges
offerings by their facts, never by who offers them: no place can be bought.
"""

from hcprograms.matching.criteria.accreditation import AccreditationFit, CertificationFit
from hcprograms.matching.criteria.base import Criterion
from hcprograms.matching.criteria.career import LevelFit, RoleFit, TrackFit
from hcprograms.matching.criteria.practical import (
    CostFit,
    DeliveryFit,
    FactsPublished,
    StartFit,
    TimeFit,
)

CRITERIA: tuple[Criterion, ...] = (
    RoleFit(),
    TrackFit(),
    LevelFit(),
    CostFit(),
    TimeFit(),
    StartFit(),
    AccreditationFit(),
    CertificationFit(),
    DeliveryFit(),
    FactsPublished(),
)
