"""The next sensible step: how well each level suits an education and a lean.

The numbers are this plugin's policy, drawn from what the sources agree on: an associate degree
can be enough for a first job in administration, which may lead on to a bachelor's degree;
management normally asks for a bachelor's degree, and many managers add a master's. What the
public reads beside a score are the sources' own statements, from the reference data.
"""

from collections.abc import Mapping

from hcprograms.matching.words import LEVELS

# certificate, associate, bachelor, postbaccalaureate, master, graduate certificate, doctorate
_STEPS: Mapping[str, tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]] = {
    # education: towards management, undecided, towards administration
    "high_school": (
        (0.20, 0.65, 1.00, 0.0, 0.0, 0.0, 0.0),
        (0.40, 0.90, 0.90, 0.0, 0.0, 0.0, 0.0),
        (0.55, 1.00, 0.70, 0.0, 0.0, 0.0, 0.0),
    ),
    "some_college": (
        (0.20, 0.60, 1.00, 0.0, 0.0, 0.0, 0.0),
        (0.40, 0.85, 0.95, 0.0, 0.0, 0.0, 0.0),
        (0.55, 1.00, 0.80, 0.0, 0.0, 0.0, 0.0),
    ),
    "associate": (
        (0.20, 0.20, 1.00, 0.0, 0.0, 0.0, 0.0),
        (0.40, 0.30, 1.00, 0.0, 0.0, 0.0, 0.0),
        (0.50, 0.40, 1.00, 0.0, 0.0, 0.0, 0.0),
    ),
    "bachelor": (
        (0.20, 0.10, 0.20, 0.50, 1.00, 0.70, 0.30),
        (0.35, 0.15, 0.25, 0.60, 1.00, 0.75, 0.30),
        (0.50, 0.25, 0.30, 0.75, 0.90, 0.80, 0.25),
    ),
    "master": (
        (0.15, 0.05, 0.10, 0.30, 0.45, 0.75, 1.00),
        (0.30, 0.05, 0.10, 0.40, 0.45, 0.80, 0.95),
        (0.55, 0.10, 0.15, 0.60, 0.45, 0.90, 0.80),
    ),
    "doctorate": (
        (0.20, 0.05, 0.05, 0.40, 0.60, 0.90, 0.35),
        (0.35, 0.05, 0.05, 0.50, 0.55, 0.90, 0.35),
        (0.60, 0.10, 0.10, 0.60, 0.50, 0.90, 0.30),
    ),
}


def level_fits(education: str | None, lean: float | None) -> tuple[float, ...] | None:
    """Fit of each level of ``LEVELS``; None where the education is not known."""
    if education is None:
        return None
    management, undecided, administration = _STEPS[education]
    towards = management if (lean or 0) > 0 else administration
    share = min(1.0, abs(lean or 0.0))
    return tuple(
        share * towards[number] + (1 - share) * undecided[number] for number in range(len(LEVELS))
    )
