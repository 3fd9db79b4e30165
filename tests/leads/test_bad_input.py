"""What people and robots send that no form foresaw."""

import logging

import pytest

from hcprograms.leads.models.questions import Question
from hcprograms.signals import lead_captured
from tests.leads.asking import all_attempts, all_leads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
CANARY = "canary4813"
PERSON = {
    "name": f"Ada {CANARY}",
    "email": f"{CANARY}@applicant.example",
    "message": f"About {CANARY}",
}


def fail(**kwargs):
    raise RuntimeError("broken")


@pytest.fixture
def broken_receiver():
    lead_captured.connect(fail)
    yield
    lead_captured.disconnect(fail)


def test_logs_of_good_and_refused_submits_hold_nothing_of_the_person(client, school, caplog):
    caplog.set_level(logging.INFO)

    client.post(school.address, school.typed(**PERSON))
    client.post(school.address, school.typed(**PERSON | {"email": f"{CANARY}@"}))
    client.post(school.address, school.typed(**PERSON, token="forged"))

    assert [one.outcome for one in all_attempts()] == ["captured", "invalid", "stale"]
    assert CANARY not in caplog.text


@pytest.mark.usefixtures("broken_receiver")
def test_logs_of_a_failed_submit_hold_nothing_of_the_person(client, school, caplog):
    caplog.set_level(logging.INFO)

    response = client.post(school.address, school.typed(**PERSON))

    assert response.status_code == 503
    assert "could not be captured" in caplog.text
    assert CANARY not in caplog.text


def test_question_removed_a_moment_ago_is_left_out(client, school):
    question = Question.objects.create(form=school.form, key="why", label="Why?")
    typed = school.typed(q_why="Because", q_never="x")
    question.delete()

    response = client.post(school.address, typed)

    assert response.status_code == 303
    assert all_leads()[0].extra == []


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7|add:7 }}{% load x %}",
        "{event.__init__.__globals__}",
        "=HYPERLINK(1)",
        "<script>alert(1)</script>",
        "%(name)s %s",
    ],
)
def test_text_that_looks_like_a_program_is_kept_as_it_is(client, school, text):
    response = client.post(school.address, school.typed(name=text, message=text))

    page = client.get(response["Location"]).content.decode()
    (lead,) = all_leads()
    assert (lead.name, lead.message) == (text, text)
    assert "<script>alert" not in page
