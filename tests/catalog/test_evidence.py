from types import SimpleNamespace

import pytest

from hcprograms.catalog.evidence import weigh_evidence


def evidence(*said: tuple[str, str]) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(track=track, source=SimpleNamespace(publisher=who, title="Article"))
        for who, track in said
    ]


def test_agreement_names_how_many_sources_agree():
    consensus = weigh_evidence(
        evidence(("A", "management"), ("B", "management"), ("C", "management"))
    )

    assert consensus.text == "management in 3 of 3 sources"
    assert (consensus.track, consensus.position) == ("management", 1.0)


def test_contradiction_is_contested_and_never_a_verdict():
    consensus = weigh_evidence(
        evidence(("A", "management"), ("B", "administration"), ("C", "administration"))
    )

    assert consensus.text == "contested: 1 management, 2 administration"
    assert consensus.track is None
    assert consensus.position == pytest.approx(-1 / 3)


def test_medical_administration_counts_as_administration_under_its_own_name():
    consensus = weigh_evidence(evidence(("S3", "medical_administration")))

    assert consensus.text == "administration in 1 of 1 source"
    assert consensus.spread == "S3: medical administration"


def test_no_evidence_is_no_consensus():
    consensus = weigh_evidence([])

    assert consensus.text == "no evidence"
    assert (consensus.track, consensus.position) == (None, None)
