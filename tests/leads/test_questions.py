"""An institution's own questions: asked, under conditions, and kept with their wording."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hcprograms.institutions.models import Role
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.questions import Question
from tests.factories import make_interest_form, make_member
from tests.leads.asking import all_leads, make_school

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def ask(school, **fields):
    values = {"form": school.form, "key": "size", "label": "How many people?", "kind": "text"}
    return Question.objects.create(**values | fields)


def errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


@pytest.fixture
def employer(school):
    """A yes-or-no question and one that depends on it."""
    ask(school, key="employed", label="Are you employed?", kind="yes_no", position=1)
    ask(
        school,
        key="employer",
        label="Where?",
        position=2,
        is_required=True,
        show_when_key="employed",
        show_when_answer="yes",
    )
    return school


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        ("text", "  25  people ", "25 people"),
        ("long_text", "one\r\ntwo", "one\ntwo"),
        ("choice", "Nights", "Nights"),
        ("choices", ["Days", "Nights"], "Days, Nights"),
        ("number", "25", "25"),
        ("number", "0", "0"),
        ("date", "2027-01-31", "Jan. 31, 2027"),
        ("yes_no", "no", "no"),
    ],
)
def test_answer_is_kept_in_words_with_the_question(client, school, kind, typed, answer):
    ask(school, kind=kind, options="Days\nNights")

    response = client.post(school.address, school.typed(q_size=typed))

    assert response.status_code == 303
    assert all_leads()[0].extra == [
        {"key": "size", "question": "How many people?", "answer": answer}
    ]


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("text", "x" * 301),
        ("text", "a\0b"),
        ("long_text", "x" * 3001),
        ("choice", "Weekends"),
        ("choices", ["Days", "Weekends"]),
        ("number", "many"),
        ("number", "-1"),
        ("number", "9" * 30),
        ("date", "soon"),
        ("yes_no", "perhaps"),
    ],
)
def test_answer_that_does_not_fit_is_refused(client, school, kind, typed):
    ask(school, kind=kind, options="Days\nNights")

    response = client.post(school.address, school.typed(q_size=typed))

    assert (response.status_code, list(errors(response))) == (422, ["q_size"])


def test_wording_of_that_day_stays_with_the_lead(client, school):
    question = ask(school)
    client.post(school.address, school.typed(q_size="25"))

    question.label = "Reworded"
    question.save()

    assert all_leads()[0].extra[0]["question"] == "How many people?"


def test_required_question_has_to_be_answered(client, school):
    ask(school, is_required=True)

    response = client.post(school.address, school.typed(q_size=" "))

    assert list(errors(response)) == ["q_size"]


def test_question_removed_while_the_form_is_open_costs_nothing(client, school):
    question = ask(school, is_required=True)
    typed = school.typed(q_size="25")
    question.delete()

    response = client.post(school.address, typed)

    assert (response.status_code, all_leads()[0].extra) == (303, [])


@pytest.mark.parametrize("employed", ["no", None])
def test_question_that_was_not_put_counts_for_nothing(client, employer, employed):
    typed = employer.typed(q_employed=employed, q_employer="\0 nonsense")

    response = client.post(employer.address, typed)

    kept = [answer["key"] for answer in all_leads()[0].extra]
    assert response.status_code == 303
    assert kept == (["employed"] if employed else [])


def test_question_that_was_put_has_to_be_answered(client, employer):
    response = client.post(employer.address, employer.typed(q_employed="yes", q_employer=""))

    assert errors(response) == {"q_employer": ["Please answer this question."]}


def test_question_that_was_put_is_kept(client, employer):
    client.post(employer.address, employer.typed(q_employed="yes", q_employer="City Clinic"))

    assert [one["answer"] for one in all_leads()[0].extra] == ["yes", "City Clinic"]


def test_condition_is_said_in_words_and_to_the_script(client, employer):
    html = client.get(employer.address).content.decode()

    assert "Only if you answered “yes” to “Are you employed?”." in html
    assert 'data-hcp-when="q_employed"' in html
    assert 'data-hcp-answer="yes"' in html


def test_condition_on_one_of_several_choices(client, school):
    ask(school, key="when", label="When?", kind="choices", options="Days\nNights", position=1)
    ask(school, position=2, show_when_key="when", show_when_answer="Nights")

    client.post(school.address, school.typed(q_when=["Days", "Nights"], q_size="25"))

    assert [one["key"] for one in all_leads()[0].extra] == ["when", "size"]


def test_chain_of_conditions_ends_where_one_does_not_hold(client, employer):
    ask(employer, position=3, show_when_key="employer", show_when_answer="City Clinic")
    typed = employer.typed(q_employed="no", q_employer="City Clinic", q_size="25")

    client.post(employer.address, typed)

    assert [one["key"] for one in all_leads()[0].extra] == ["employed"]


def test_question_whose_condition_is_gone_is_put_to_everybody(client, employer):
    Question.objects.get(key="employed").delete()

    response = client.post(employer.address, employer.typed(q_employer=""))

    assert list(errors(response)) == ["q_employer"]


def test_other_answer_is_another_submit(client, school):
    ask(school)
    for answer in ("25", "26"):
        client.post(school.address, school.typed(q_size=answer))

    assert len(all_leads()) == 2


def test_new_question_is_on_the_page_at_once(client, school):
    client.get(school.address)

    ask(school)

    assert "How many people?" in client.get(school.address).content.decode()


@pytest.mark.parametrize("kind", Question.Kind.values)
def test_script_in_a_question_is_inert(client, school, kind):
    ask(
        school,
        label="<script>1</script>",
        help_text="<script>2</script>",
        kind=kind,
        options="<script>3</script>\nB",
    )

    html = client.get(school.address).content.decode()

    assert "<script>1" not in html
    assert "<script>2" not in html
    assert "<script>3" not in html


@pytest.mark.parametrize(
    "options", ["", "only one", "twice\ntwice", "x" * 151 + "\nb", "\n".join(map(str, range(51)))]
)
def test_choices_that_make_no_sense_are_refused(school, options):
    question = Question(form=school.form, key="k", label="L", kind="choice", options=options)

    with pytest.raises(ValidationError, match=r"choice"):
        question.full_clean()


@pytest.mark.parametrize(
    "fields",
    [{"key": "size"}, {"key": "b", "show_when_key": "size"}, {"key": "b", "show_when_answer": "x"}],
)
def test_database_keeps_questions_whole(school, fields):
    ask(school)

    with pytest.raises(IntegrityError), transaction.atomic():
        ask(school, **fields)


def save_in_admin(client, school, *questions):
    """Save the form's page in the admin as its manager, with these questions."""
    form = school.form
    page = client.get(f"/admin/hcprograms/interestform/{form.pk}/change/")
    data = {
        name: value if value is not None else ""
        for name, value in page.context["adminform"].form.initial.items()
    }
    data |= {"opens_at_0": "", "opens_at_1": "", "closes_at_0": "", "closes_at_1": ""}
    kept = sum("id" in one for one in questions)
    data |= {"questions-TOTAL_FORMS": len(questions), "questions-INITIAL_FORMS": kept}
    for number, question in enumerate(questions):
        values = {"position": number, "kind": "text", "form": form.pk} | question
        data |= {f"questions-{number}-{name}": value for name, value in values.items()}
    return client.post(f"/admin/hcprograms/interestform/{form.pk}/change/", data)


@pytest.fixture
def manager(client, school):
    member = make_member(institution=school.form.institution, role=Role.MANAGER)
    client.force_login(member.user)
    return client


def test_staff_add_questions_and_the_form_gets_a_new_version(manager, school):
    version = school.form.version

    response = save_in_admin(
        manager,
        school,
        {"key": "a", "label": "A?", "kind": "yes_no"},
        {"key": "b", "label": "B?", "show_when_key": "a", "show_when_answer": "yes"},
    )

    form = InterestForm.objects.get(pk=school.form.pk)
    assert response.status_code == 302
    assert [one.key for one in form.questions.all()] == ["a", "b"]
    assert form.version == version + 1


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"show_when_key": "missing", "show_when_answer": "yes"}, "No earlier question"),
        ({"show_when_key": "b", "show_when_answer": "yes"}, "No earlier question"),
        ({"show_when_key": "a", "show_when_answer": "maybe"}, "Possible: yes, no"),
        ({"show_when_key": "a"}, "Give both"),
    ],
)
def test_condition_that_cannot_come_true_is_refused(manager, school, condition, words):
    first = {"key": "a", "label": "A?", "kind": "yes_no"}

    response = save_in_admin(manager, school, first, {"key": "b", "label": "B?"} | condition)

    assert words in response.content.decode()
    assert not Question.objects.exists()


def test_key_of_a_question_never_changes(manager, school):
    question = ask(school)

    save_in_admin(manager, school, {"id": question.pk, "key": "other", "label": "Reworded"})

    question.refresh_from_db()
    assert (question.key, question.label) == ("size", "Reworded")


def test_question_of_another_institution_cannot_be_taken_over(manager, school):
    stranger = ask(make_school(), label="Theirs")

    save_in_admin(manager, school, {"id": stranger.pk, "key": "size", "label": "Ours"})

    stranger.refresh_from_db()
    assert stranger.label == "Theirs"
    assert stranger.form != school.form


def test_copied_form_brings_its_questions(manager, school):
    ask(school, key="one")
    ask(school, key="two")

    page = manager.get(f"/admin/hcprograms/interestform/add/?copy_of={school.form.pk}")

    (formset,) = page.context["inline_admin_formsets"]
    assert [form.initial.get("key") for form in formset.formset.forms] == ["one", "two"]


def test_form_of_another_institution_cannot_be_copied(manager):
    stranger = make_interest_form()
    Question.objects.create(form=stranger, key="theirs", label="Theirs?")

    page = manager.get(f"/admin/hcprograms/interestform/add/?copy_of={stranger.pk}")

    assert "Theirs?" not in page.content.decode()
