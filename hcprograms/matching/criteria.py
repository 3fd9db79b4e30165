"""Soft criteria: how well an offering suits, each between 0 and 1, each with its reason.

A criterion is a small class with a key, a label, a default weight and one required method,
``score``. Further ones are named by dotted path in ``HCPROGRAMS["CRITERIA"]``. A criterion judges
offerings by their facts, never by who offers them: no place can be bought.
"""

from hcprograms.matching.criterion import Criterion
from hcprograms.matching.practicality import (
    CostFit,
    DeliveryFit,
    FactsPublished,
    StartFit,
    TimeFit,
)
from hcprograms.matching.recognition import AccreditationFit, CertificationFit
from hcprograms.matching.suitability import LevelFit, RoleFit, TrackFit

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
