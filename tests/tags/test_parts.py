"""The template tags: parts of somebody's page."""

import re
from datetime import timedelta
from typing import ClassVar

import pytest
from django.core.cache.backends.base import BaseCache
from django.db import transaction
from django.utils import translation

from hcprograms.catalog.models.programs import Status
from hcprograms.catalog.models.reference import EvidenceSource
from hcprograms.catalog.models.roles import RoleEvidence
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.open_forms import FormClosedError
from hcprograms.leads.showing import FormLayout, show_form
from hcprograms.templatetags import parts
from tests.factories import (
    NOW,
    TODAY,
    make_institution,
    make_offering,
    make_program,
    make_record,
    make_role,
    make_user,
)
from tests.leads.asking import all_leads, make_school
from tests.tags.rendering import read_ids, render

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class BrokenCache(BaseCache):
    """A cache server that nobody can reach."""

    def __init__(self, *args):
        super().__init__({})

    def get(self, *args, **kwargs):
        raise ConnectionError

    set = get


def send(client, html, **typed):
    """Send the form of a page as a browser does."""
    address = re.search(r'<form method="post" action="([^"]+)"', html)[1].replace("&amp;", "&")
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
    return client.post(address, hidden | typed)


def test_interest_form_can_be_sent_and_says_where_it_stood(client, school, later):
    html = render("{% interest_form form %}", form=school.form, path="/about/")

    later()
    response = send(client, html, name="Ada", email="ada@applicant.example")

    (lead,) = all_leads()
    assert response.status_code == 303
    assert lead.form == school.form
    assert lead.attribution == {"page": "https://admissions.example/about/"}


def test_interest_form_reads_the_campaign_from_the_page_around(client, school, later):
    html = render("{% interest_form form %}", form=school.form)

    later()
    page = "https://admissions.example/about/?utm_source=fair&utm_medium=qr"
    send(client, html, name="Ada", email="ada@applicant.example", source=page)

    (lead,) = all_leads()
    assert lead.attribution == {"page": page, "utm_source": "fair", "utm_medium": "qr"}


@pytest.mark.parametrize("source", ["javascript:alert(1)", "http://[", "//", "x" * 9000])
def test_interest_form_survives_a_forged_source(client, school, later, source):
    html = render("{% interest_form form %}", form=school.form)

    later()
    send(client, html, name="Ada", email="ada@applicant.example", source=source)

    (lead,) = all_leads()
    assert lead.attribution.get("page", "").startswith(("", "https://admissions.example/"))
    assert len(lead.attribution.get("page", "")) < 600


def test_interest_form_keeps_its_source_when_it_comes_back_with_errors(client, school, later):
    html = render("{% interest_form form %}", form=school.form, path="/about/")
    later()

    again = send(client, html, name="Ada").content.decode()
    send(client, again, name="Ada", email="ada@applicant.example")

    (lead,) = all_leads()
    assert lead.attribution["page"] == "https://admissions.example/about/"


def test_two_parts_of_a_page_share_no_id(school):
    html = render(
        "{% interest_form form %}{% interest_form form %}{% match_form %}", form=school.form
    )

    ids = read_ids(html)
    assert len(ids) == len(set(ids)) > 30


def test_assets_come_once_on_a_page(school):
    parts = "{% interest_form form %}{% match_form %}"

    assert render(parts, form=school.form).count("<link") == 1
    assert render("{% hcp_assets %}" + parts, form=school.form).count("<link") == 1


def test_interest_form_by_institution_shows_its_open_form(school):
    html = render("{% interest_form institution=slug %}", slug=school.form.institution.slug)

    assert f"form={school.form.slug}" in html


def test_interest_form_takes_other_words(school):
    html = render(
        '{% interest_form form title=title intro="We answer." button="Go" %}',
        form=school.form,
        title="Ask <us>",
    )

    assert "<h2>Ask &lt;us&gt;</h2>" in html
    assert "<p>We answer.</p>" in html
    assert '<button type="submit">Go</button>' in html


def test_interest_form_ticks_the_program(school):
    other = make_offering(program=make_program(institution=school.form.institution))

    html = render("{% interest_form form program=program %}", form=school.form, program=other)

    boxes = re.findall(r'value="([0-9a-f-]{36})"[^>]*?( checked)?>', html)
    assert boxes == [(str(other.public_id), " checked"), (str(school.offering.public_id), "")]


def break_form(form, how):
    if how == "deleted":
        form.delete()
    elif how == "unpublished":
        form.institution.is_published = False
        form.institution.save()
    elif how == "closed":
        InterestForm.objects.update(closes_at=NOW - timedelta(days=1))
    else:
        InterestForm.objects.update(status=how)


@pytest.mark.parametrize("how", ["deleted", "unpublished", "closed", "draft", "retired"])
def test_interest_form_that_is_gone_shows_visitors_no_form_and_no_reason(school, how):
    public_id = str(school.form.public_id)
    break_form(school.form, how)

    html = render("{% interest_form id %}", id=public_id)

    assert "<form" not in html
    assert "Only staff" not in html
    assert ("You can reach" in html) == (how in ("closed", "draft", "retired"))


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("deleted", "This form was deleted."),
        ("unpublished", "Its institution is not published."),
        ("closed", "“Request information” has closed."),
        ("draft", "“Request information” is a draft."),
        ("retired", "“Request information” was retired."),
    ],
)
def test_interest_form_that_is_gone_tells_staff_why(school, how, why):
    public_id = str(school.form.public_id)
    break_form(school.form, how)

    html = render("{% interest_form id %}", id=public_id, user=make_user(is_staff=True))

    assert why in html


def test_match_form_asks_for_one_institution_only(school):
    html = render("{% match_form institution=school %}", school=school.form.institution)

    slug = school.form.institution.slug
    assert f'type="hidden" name="institution" value="{slug}"' in html


def test_match_form_of_no_published_school_is_empty_for_visitors(school):
    school.form.institution.is_published = False
    school.form.institution.save()

    html = render("{% match_form institution=school %}", school=school.form.institution)

    assert html == ""


@pytest.mark.parametrize("pack", [None, "bootstrap5"])
def test_interest_form_has_its_headings_with_every_template_pack(school, settings, pack):
    settings.CRISPY_TEMPLATE_PACK = pack

    html = render("{% interest_form form %}", form=school.form)

    headings = re.findall(r"<legend[^>]*>\s*([^<]+?)\s*</legend>", html)
    assert [one for one in headings if one in ("How we reach you", "About you")] == [
        "How we reach you",
        "About you",
    ]


def test_program_list_shows_published_programs_only(school):
    make_program(institution=school.form.institution, name="Hidden", status=Status.DRAFT)

    html = render("{% program_list %}")

    assert school.offering.program.name in html
    assert "Hidden" not in html


def test_program_list_can_be_narrowed(school):
    campus = make_offering(
        delivery="campus", program=make_program(name="On site", level="bachelor")
    )

    by_level = render('{% program_list level="bachelor" %}')
    by_delivery = render('{% program_list delivery="campus,hybrid" %}')
    by_hand = render("{% program_list programs=ids %}", ids=str(campus.program.public_id))

    for html in (by_level, by_delivery, by_hand):
        assert re.findall(r"<h3>.*?>(.*?) \(MHA\)</a>", html) == ["On site"]


@pytest.mark.parametrize("count", [1, 20])
def test_program_list_takes_three_queries(django_assert_num_queries, count):
    for _each in range(count):
        make_record(offering=make_offering())

    with django_assert_num_queries(3):
        html = render("{% program_list %}")

    assert html.count("Accredited by CAHME") == count * 2


def test_program_list_of_nothing_is_empty_for_visitors(db):
    assert render("{% program_list %}") == ""


def test_program_card_says_of_the_whole_program_only_what_holds_for_all(db):
    program = make_program()
    make_record(offering=make_offering(program=program))
    make_offering(program=program, delivery="campus")

    html = render("{% program_card program %}", program=program)

    assert "Accredited by" not in html
    assert "Accreditation differs between its ways of study" in html


def test_program_card_by_address(school):
    program = school.offering.program

    html = render("{% program_card at %}", at=f"{program.institution.slug}/{program.slug}")

    assert program.name in html


def test_badge_ends_with_the_record_behind_it(db):
    offering = make_offering()
    record = make_record(offering=offering)
    shown = render("{% accreditation_badge offering %}", offering=offering)

    record.expires_on = TODAY - timedelta(days=1)
    record.save()
    ended = render("{% accreditation_badge offering %}", offering=offering)

    assert "Accredited by CAHME" in shown
    assert ended == ""


def test_badge_of_another_accreditor_is_not_shown(db):
    offering = make_offering()
    make_record(offering=offering)

    assert render('{% accreditation_badge o accreditor="aupha" %}', o=offering) == ""


def test_parts_open_nobodys_session_to_explain_themselves(rf):
    class Opened(Exception):
        pass

    class Request:
        COOKIES: ClassVar = {}

        @property
        def user(self):
            raise Opened

    context = {"request": Request()}

    assert parts.interest_form(context, "") == ""


@pytest.mark.django_db(transaction=True)
def test_form_is_kept_until_something_it_shows_changes(client, django_assert_num_queries):
    school = make_school()
    look = FormLayout("part")
    first = show_form(public_id=school.form.public_id, now=NOW, look=look)

    with django_assert_num_queries(1):
        again = show_form(public_id=school.form.public_id, now=NOW, look=look)
    school.form.title = "New title"
    school.form.save()
    changed = show_form(public_id=school.form.public_id, now=NOW, look=look)

    assert again == first
    assert "<h2>New title</h2>" in changed.html


@pytest.mark.django_db(transaction=True)
def test_kept_form_closes_in_time(client):
    school = make_school(form={"closes_at": NOW + timedelta(minutes=5)})
    show_form(public_id=school.form.public_id, now=NOW, look=FormLayout())

    with pytest.raises(FormClosedError):
        show_form(
            public_id=school.form.public_id, now=NOW + timedelta(minutes=5), look=FormLayout()
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["ask", "match"])
def test_page_of_a_kept_form_takes_one_query(client, page, django_assert_num_queries):
    school = make_school()
    address = school.address if page == "ask" else "/match/"
    client.get(address)

    with django_assert_num_queries(1):
        response = client.get(address)

    assert response.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_kept_form_is_another_one_in_another_language(client):
    school = make_school()

    def shown():
        return show_form(public_id=school.form.public_id, now=NOW, look=FormLayout())

    english = shown()
    with translation.override("ar"):
        arabic = shown()

    assert arabic != english
    assert shown() == english


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_saw_is_shown_to_nobody_else():
    school = make_school()

    def shown():
        return show_form(public_id=school.form.public_id, now=NOW, look=FormLayout()).html

    with transaction.atomic():
        InterestForm.objects.update(title="Never said")
        inside = shown()
        transaction.set_rollback(True)

    assert "Never said" in inside
    assert "Never said" not in shown()


@pytest.mark.django_db(transaction=True)
def test_form_is_shown_while_the_cache_is_down(settings):
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.BrokenCache"}}
    school = make_school()

    assert "<form" in show_form(public_id=school.form.public_id, now=NOW, look=FormLayout()).html


def test_every_visitor_of_a_kept_form_gets_a_token_of_their_own(client, school):
    tokens = {
        re.search(r'name="token" value="([^"]+)"', client.get(school.address).content.decode())[1]
        for _visit in range(3)
    }

    assert len(tokens) == 3


def test_institution_without_form_leaves_nothing_but_how_to_reach_it():
    institution = make_institution(phone="+1 303 555 0100")

    html = render("{% interest_form institution=slug %}", slug=institution.slug)

    assert "+1 303 555 0100" in html
    assert "<form" not in html


def test_compare_puts_ways_to_study_side_by_side(db):
    program = make_program(name="Compared")
    offerings = [make_offering(program=program, delivery=one) for one in ("online", "campus")]

    by_program = render("{% compare ids %}", ids=f" {program.public_id} , x/y")
    by_offering = render("{% compare offerings title='Which way?' %}", offerings=offerings)

    for html in (by_program, by_offering):
        assert html.count('scope="col"') == 2
        assert "hcp-part" in html
    assert "Which way?" in by_offering


def test_compare_of_nothing_published_is_empty_for_visitors(db):
    draft = make_offering(status=Status.DRAFT)

    assert render("{% compare o %}", o=[draft]) == ""
    assert render("{% compare '' %}") == ""


def test_role_explorer_names_who_says_so(db):
    role = make_role(title="Clinic manager")
    source = EvidenceSource.objects.create(key="survey", title="A survey", publisher="A Bureau")
    RoleEvidence.objects.create(role=role, track="management", source=source)

    html = render("{% role_explorer title='Jobs' %}")

    assert "Clinic manager" in html
    assert "A Bureau" in html


@pytest.mark.django_db(transaction=True)
def test_role_explorer_is_kept(django_assert_num_queries):
    make_role()
    first = render("{% role_explorer %}")

    with django_assert_num_queries(1):
        again = render("{% role_explorer %}")

    assert again == first


def test_tuition_estimator_of_a_program_asks_for_its_ways_to_study(school):
    program = school.offering.program
    make_offering(program=program, delivery="hybrid")

    html = render("{% tuition_estimator program %}", program=program)

    assert re.findall(r'type="radio" name="offering"', html) == ['type="radio" name="offering"'] * 2
    assert 'name="transfer_credits"' in html
    assert 'method="get"' in html


def test_tuition_estimator_of_a_school_lists_its_programs(school):
    other = make_offering(program=make_program(institution=school.form.institution))
    make_offering()

    html = render("{% tuition_estimator institution=slug %}", slug=school.form.institution.slug)

    offered = re.findall(r'<option value="([0-9a-f-]{36})"', html)
    assert offered == [str(school.offering.public_id), str(other.public_id)]


def test_tuition_estimator_of_one_offering_names_it_and_asks_nothing_about_it(school):
    html = render("{% tuition_estimator offering %}", offering=school.offering)

    assert f"What would “{school.offering.program.full_name}” cost you?</h2>" in html
    hidden = f'type="hidden" name="offering" value="{school.offering.public_id}"'
    assert hidden in html


def test_tuition_estimator_without_a_program_has_a_search_field(db):
    html = render("{% tuition_estimator %}")

    assert 'type="search" name="q"' in html


def test_tuition_estimator_of_what_is_gone_shows_nothing_to_visitors(db):
    assert (
        render('{% tuition_estimator "no/where" %}{% tuition_estimator institution="no" %}') == ""
    )


@pytest.mark.django_db(transaction=True)
def test_tuition_estimator_that_was_shown_before_takes_one_query(django_assert_num_queries):
    slug = make_school().form.institution.slug
    text = "{% tuition_estimator institution=slug %}"
    first = render(text, slug=slug)

    with django_assert_num_queries(1):
        again = render(text, slug=slug)

    assert again == first
