"""The program that a person came for goes along: from each button into form, lead and mails."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead
from tests.factories import (
    NOW,
    make_institution,
    make_interest_form,
    make_member,
    make_offering,
    make_office_hours,
    make_program,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_catalog")]
NAME = "Master of Health Administration (MHA)"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def school():
    """A school with so many programs that the one sought stands far down the alphabet."""
    school = make_institution(name="Example Valley", email="ask@school.example")
    make_office_hours(institution=school)
    make_member(institution=school)
    make_interest_form(institution=school, title="Request information", slug="information")
    for number in range(14):
        program = make_program(institution=school, name=f"Associate {number:02}", award="AS")
        make_offering(program=program)
    return school


@pytest.fixture
def program(school):
    """The program sought, with three ways to study it."""
    program = make_program(
        institution=school, name="Master of Health Administration", award="MHA", slug="mha"
    )
    for delivery in ("online", "hybrid", "campus"):
        make_offering(program=program, delivery=delivery)
    return program


def ways(program):
    return {str(one.public_id) for one in program.offerings.all()}


def read_boxes(content):
    """Value → whether ticked, of the boxes for programs, in their order."""
    found = re.findall(
        r'<input type="checkbox"[^>]*name="offerings" value="([^"]+)"[^>]*?(checked)?>', content
    )
    return {value: bool(checked) for value, checked in found}


def heading(content):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", found)) for found in _headings(content))


def _headings(content):
    return re.findall(r"<h1[^>]*>(.*?)</h1>", content, re.DOTALL)


def follow(client, address):
    response = client.get(html.unescape(address))
    assert response.status_code == 200, address
    return response.content.decode()


def find_link(content, text):
    """The address behind the first link whose words, hidden ones too, begin with this."""
    for address, words in re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', content, re.DOTALL):
        if " ".join(re.sub(r"<[^>]+>", "", words).split()).startswith(text):
            return address
    raise AssertionError(f"no link “{text}”")


def send(client, clock, page, *, boxes=None, **typed):
    """Send the form as a browser without JavaScript does; ``boxes`` are those left ticked."""
    address = html.unescape(re.search(r'<form method="post" action="([^"]+)"', page)[1])
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    ticked = [one for one, checked in read_boxes(page).items() if checked]
    clock.shift(timedelta(minutes=1))
    values = {"name": "Ada Applicant", "email": "ada@applicant.example", **typed}
    offerings = ticked if boxes is None else boxes
    return client.post(address, hidden | values | {"offerings": offerings})


def read_lead():
    with scopes_disabled():
        lead = Lead.objects.get()
        return lead, [choice.title for choice in lead.choices.all()]


def page_address(program):
    return reverse("hcprograms:program", args=[program.institution.slug, program.slug])


def test_main_button_carries_the_program_into_form_lead_thanks_and_mails(client, clock, program):
    school_page = follow(client, page_address(program))
    address = find_link(school_page, "Ask Example Valley")

    page = follow(client, address)
    thanks = send(client, clock, page)

    assert "mha" in address
    assert heading(page) == f"Request information: {NAME}"
    assert NAME in re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
    first = list(read_boxes(page).items())[:3]
    assert {value for value, _ in first} == ways(program)
    assert all(checked for _, checked in first)
    lead, titles = read_lead()
    assert titles
    assert all(title.startswith(NAME) for title in titles)
    assert NAME in html.unescape(follow(client, thanks.headers["Location"]))
    call_command("deliver_followups", "--once", verbosity=0)
    assert len(mail.outbox) >= 2
    for message in mail.outbox:
        assert "Master of Health Administration" in message.body


def test_admin_names_the_program(client, clock, program, admin_client):
    send(client, clock, follow(client, find_link(follow(client, page_address(program)), "Ask ")))
    lead, _ = read_lead()

    page = admin_client.get(reverse("admin:hcprograms_lead_change", args=[lead.pk]))

    assert "Master of Health Administration" in page.content.decode()


def test_way_to_study_is_ticked_and_the_others_of_its_program_come_next(client, program):
    offering = program.offerings.get(delivery="hybrid")
    links = re.findall(r'href="([^"]+)">Ask about this', follow(client, page_address(program)))
    address = next(one for one in links if str(offering.public_id) in one)

    page = follow(client, address)

    assert heading(page) == f"Request information: {NAME}"
    boxes = list(read_boxes(page).items())
    assert boxes[0] == (str(offering.public_id), True)
    assert {value for value, _ in boxes[:3]} == ways(program)
    assert not any(checked for _, checked in boxes[1:])


def test_other_programs_are_behind_a_fold_and_all_of_them(client, program):
    page = follow(client, find_link(follow(client, page_address(program)), "Ask "))

    fold = re.search(r"<details[^>]*>\s*<summary>Add another program</summary>(.*?)</details>",
                     page, re.DOTALL)  # fmt: skip
    assert len(read_boxes(fold[1])) == 14
    assert not ways(program) & set(read_boxes(fold[1]))


def test_form_without_a_program_hides_none(client, school, program):
    page = follow(client, reverse("hcprograms:ask", args=[school.slug]))

    assert heading(page) == "Request information"
    assert ways(program) <= set(read_boxes(page))
    assert len(read_boxes(page)) == 17


def test_error_keeps_program_and_ticks(client, clock, program):
    page = follow(client, find_link(follow(client, page_address(program)), "Ask "))
    kept = sorted(ways(program))[:1]

    wrong = send(client, clock, page, boxes=kept, email="nonsense")
    again = wrong.content.decode()

    assert wrong.status_code == 422
    assert heading(again) == f"Request information: {NAME}"
    assert [value for value, checked in read_boxes(again).items() if checked] == kept
    send(client, clock, again)
    assert len(read_lead()[1]) == 1


def test_lead_names_the_program_even_if_no_box_is_left(client, clock, program):
    page = follow(client, find_link(follow(client, page_address(program)), "Ask "))

    send(client, clock, page, boxes=[])

    lead, titles = read_lead()
    assert all(title.startswith(NAME) for title in titles)
    with scopes_disabled():
        asked = {str(choice.offering.public_id) for choice in lead.choices.all()}
    assert asked == ways(program)


def test_other_choice_counts_instead(client, clock, school, program):
    other = make_offering(program=make_program(institution=school, name="Other", award=""))
    page = follow(client, find_link(follow(client, page_address(program)), "Ask "))

    send(client, clock, page, boxes=[str(other.public_id)])

    (title,) = read_lead()[1]
    assert title.startswith("Other")


def test_program_without_any_way_to_study_is_named_by_the_lead(client, clock, school):
    bare = make_program(institution=school, name="New degree", award="", slug="new")

    page = follow(client, find_link(follow(client, page_address(bare)), "Ask "))
    send(client, clock, page)

    assert heading(page) == "Request information: New degree"
    assert read_lead()[1] == ["New degree"]


@pytest.mark.parametrize("kind", [InterestForm.Kind.TRAINING, InterestForm.Kind.APPOINTMENT])
def test_each_kind_of_form_reached_from_there_carries_it(client, clock, school, program, kind):
    make_interest_form(institution=school, title="Another way", slug="other", kind=kind)
    page = follow(client, find_link(follow(client, page_address(program)), "Ask "))

    other = follow(client, find_link(page, "Another way"))
    send(
        client,
        clock,
        other,
        organisation="Clinic",
        people="5",
        topics="Billing",
        phone="+13035550123",
    )

    assert heading(other) == f"Another way: {NAME}"
    assert all(title.startswith(NAME) for title in read_lead()[1])
    assert read_lead()[1]


def test_estimate_results_and_comparison_carry_it(client, program):
    offering = program.offerings.get(delivery="online")
    query = f"?offering={offering.public_id}"
    pages = [
        follow(client, reverse("hcprograms:tuition") + query),
        follow(client, reverse("hcprograms:compare") + query),
        follow(client, f"{reverse('hcprograms:match_results')}?show=20"),
    ]

    for content in pages:
        links = re.findall(r'href="([^"]*/ask/[^"]+)"', content)
        link = next(one for one in links if str(offering.public_id) in one)
        assert heading(follow(client, link)) == f"Request information: {NAME}"


def test_answers_stay_beside_the_program(client, program):
    content = follow(client, f"{page_address(program)}?education=bachelor&program=forged")

    address = html.unescape(find_link(content, "Ask "))

    assert "education=bachelor" in address
    assert "forged" not in address


def test_page_of_a_school_with_one_program_carries_it(client):
    school = make_institution(name="Small")
    make_interest_form(institution=school, title="Request information")
    make_offering(program=make_program(institution=school, name="Only", award=""))
    content = follow(client, reverse("hcprograms:institution", args=[school.slug]))

    assert heading(follow(client, find_link(content, "Ask Small"))) == "Request information: Only"


def test_page_of_a_school_with_many_programs_carries_none(client, school, program):
    content = follow(client, reverse("hcprograms:institution", args=[school.slug]))

    assert heading(follow(client, find_link(content, "Ask Example"))) == "Request information"


def render(source, **context):
    request = RequestFactory().get("/")
    request.COOKIES.clear()
    return Template("{% load hcprograms %}" + source).render(
        Context({"request": request} | context)
    )


def test_program_card_of_a_host_carries_it(client, program):
    card = render("{% program_card program=program %}", program=program)

    assert heading(follow(client, find_link(card, "Ask about this"))) == (
        f"Request information: {NAME}"
    )


def test_form_in_a_page_of_a_host_carries_it(client, clock, school, program):
    part = render("{% interest_form institution=school program=program %}", school=school,
                  program=program)  # fmt: skip

    assert f"Request information: {NAME}" in html.unescape(part)
    send(client, clock, part)
    assert len(read_lead()[1]) == 3


def test_form_in_a_frame_carries_it(client, clock, school, program):
    form = InterestForm.objects.get(institution=school)

    frame = follow(
        client, f"{reverse('hcprograms_embed:frame', args=[form.public_id])}?program=mha"
    )
    thanks = send(client, clock, frame)

    assert f"Request information: {NAME}" in html.unescape(frame)
    assert NAME in html.unescape(follow(client, thanks.headers["Location"]))
    assert len(read_lead()[1]) == 3


@pytest.mark.parametrize(
    "query",
    ["program=forged", "program=", "program=%00", "program=" + "x" * 900, "offering=x&program=y",
     "program=a&program=b", "program=../../etc"],
)  # fmt: skip
def test_forged_program_is_left_out(client, clock, school, program, query):
    page = follow(client, f"{reverse('hcprograms:ask', args=[school.slug])}?{query}")

    send(client, clock, page)

    assert heading(page) == "Request information"
    assert not any(read_boxes(page).values())
    assert read_lead()[1] == []


@pytest.mark.parametrize("kind", ["foreign", "draft", "retired"])
def test_program_that_is_not_offered_here_is_left_out_and_the_form_says_so(client, school, kind):
    if kind == "foreign":
        other = make_program(name="Strange", slug="strange")
    else:
        other = make_program(institution=school, name="Strange", slug="strange", status=kind)
    offering = make_offering(program=other)

    for query in ("program=strange", f"offering={offering.public_id}"):
        page = follow(client, f"{reverse('hcprograms:ask', args=[school.slug])}?{query}")

        assert heading(page) == "Request information"
        assert str(offering.public_id) not in read_boxes(page)
        assert "is not offered here now" in page


def test_form_asks_no_question_without_boxes(client):
    school = make_institution()
    make_interest_form(institution=school)

    page = follow(client, reverse("hcprograms:ask", args=[school.slug]))

    assert "Which programs interest you?" not in page


def test_pages_of_two_programs_are_not_mixed_up_by_a_cache(client, school, program):
    other = make_program(institution=school, name="Other", award="", slug="other")
    make_offering(program=other)
    address = reverse("hcprograms:ask", args=[school.slug])

    headings = [
        heading(follow(client, f"{address}?{query}"))
        for query in ("program=mha", "program=other", "", "program=mha")
    ]

    assert headings == [
        f"Request information: {NAME}",
        "Request information: Other",
        "Request information",
        f"Request information: {NAME}",
    ]
