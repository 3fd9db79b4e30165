"""English words are called English, whatever language the browser or the site asks for."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.template import Context, Template
from django.urls import get_resolver, reverse
from django.utils import translation

from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.appointments import AppointmentType
from tests import factories
from tests.factories import NOW, TODAY
from tests.outside.pages import send_request

pytestmark = pytest.mark.django_db

PRICED = {
    "price_basis": "total",
    "price": 26580,
    "price_source_url": "https://school.example/tuition",
    "price_as_of": TODAY,
}
LANGUAGES = ["es-mx", "de", "ar"]
FOREIGN = re.compile(
    r"\b(Hora|Fecha|Administración|Nombre|Teléfono|Enero|Montag|Uhr|Januar|de \d{4})\b|[؀-ۿ]"
)
"""Words of Django's own catalogs, and Arabic letters."""


@pytest.fixture
def school(settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"MIN_FILL_SECONDS": 0}
    with scopes_disabled():
        school = factories.make_institution(slug="fairview", phone="+1 614-555-0100")
        user = factories.make_user(email="ann@school.example", first_name="Ann")
        factories.make_member(institution=school, user=user)
        factories.make_office_hours(institution=school)
        form = factories.make_interest_form(institution=school)
        program = factories.make_program(institution=school, slug="mha")
        offering = factories.make_offering(program=program, **PRICED)
        factories.make_role(slug="administrator")
        AppointmentType.objects.create(institution=school, name="A first talk")
        school.offering, school.form = str(offering.public_id), form
        return school


def list_addresses(client, school):
    """Every public page: those that anybody can open, and those behind a person's own links."""
    found = [reverse("hcprograms:match"), reverse("hcprograms:ask", args=[school.slug])]
    todo = [*found, "/programs/", "/roles/", "/match/results/", "/estimate/", "/compare/"]
    typed = {"name": "Ada", "email": "ada@applicant.example", "offerings": school.offering}
    done = send_request(client, found[1], **typed)
    todo.append(done["Location"])
    seen = []
    while todo:
        address = todo.pop(0).partition("#")[0]
        if address in seen or len(seen) > 60:
            continue
        seen.append(address)
        response = client.get(address, headers={"accept-language": "en"})
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            links = re.findall(r'href="(/[^"]*)"', response.content.decode())
            todo += [one.replace("&amp;", "&") for one in links if not one.startswith("/static/")]
    return [one for one in seen if not one.startswith(("/admin", "/mailbox"))]


def is_ours(response):
    return response.status_code == 200 and response["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_page_is_in_english_and_says_so(client, school, language):
    addresses = list_addresses(client, school)
    pages = 0
    for address in addresses:
        response = client.get(address, headers={"accept-language": language})
        if not is_ours(response) or 'class="hcp' not in response.content.decode():
            continue
        page = response.content.decode()
        pages += 1
        tag = re.search(r"<html[^>]*>", page)[0]
        assert re.search(r'lang="en(-us)?"', tag), (address, tag)
        assert 'dir="rtl"' not in page, address
        text = re.sub(r"<[^>]+>", " ", page)
        assert not FOREIGN.search(text), (address, FOREIGN.search(text))
        assert not re.search(r"\$\d+\.\d{3}\b|\$\d+\s\d{3}\b", text), address
        assert response["Content-Language"].startswith("en")
    assert pages >= 8


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["/nope/", "/ask/nope/", "/thanks/nope/"])
def test_page_for_what_is_not_there_is_in_english_and_says_so(client, school, address, language):
    response = client.get(address, headers={"accept-language": language})

    page = response.content.decode()
    tag = re.search(r"<html[^>]*>", page)[0]
    assert re.search(r'lang="en(-us)?"', tag), tag
    assert 'dir="rtl"' not in page
    assert "<title>Page not found" in page
    assert response["Content-Language"].startswith("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_for_an_error_of_ours_is_in_english_and_says_so(rf, language):
    answer_error = get_resolver().resolve_error_handler(500)

    with translation.override(language):
        response = answer_error(rf.get("/"))

    assert response.status_code == 500
    tag = re.search(r"<html[^>]*>", response.content.decode())[0]
    assert re.search(r'lang="en(-us)?"', tag), tag
    assert 'dir="rtl"' not in tag


def test_phone_number_reads_from_left_to_right_on_any_page(client, school):
    page = client.get(reverse("hcprograms:ask", args=[school.slug])).content.decode()

    assert '<bdi dir="ltr">+1 614-555-0100</bdi>' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_part_on_a_page_in_another_language_says_that_it_is_english(rf, school, language):
    context = Context({"request": rf.get("/"), "school": school})
    with translation.override(language):
        html = Template("{% load hcprograms %}{% program_list institution=school %}").render(
            context
        )

    assert html.strip().startswith('<div lang="en-us" dir="ltr">')
    assert not FOREIGN.search(html)


def test_part_on_a_page_in_english_has_no_language_of_its_own(rf, school):
    context = Context({"request": rf.get("/"), "school": school})

    html = Template("{% load hcprograms %}{% program_list institution=school %}").render(context)

    assert "lang=" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_mail_to_a_reader_of_another_language_is_in_english_and_says_so(client, school, language):
    ask_in(client, school, language)

    for message in mail.outbox:
        (html,) = [one.content for one in message.alternatives if one.mimetype == "text/html"]
        assert re.search(r'<html lang="en(-us)?" dir="ltr"', html)
        assert not FOREIGN.search(message.body + html)
    assert len(mail.outbox) == 2


def ask_in(client, school, language):
    typed = {"name": "Ada", "email": "ada@applicant.example", "offerings": school.offering}
    address = reverse("hcprograms:ask", args=[school.slug])
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    assert send_request(client, address, **typed).status_code == 303
    call_command("deliver_followups", "--once")


def test_own_text_of_the_school_is_sent_in_the_readers_language(client, school):
    with scopes_disabled():
        template = school.message_templates.create(
            kind="confirmation", key="own", name="Own", language="en", is_standard=True
        )
        words = {"en": "We have it.", "es": "Lo tenemos."}
        for language, text in words.items():
            template.versions.create(
                number=1,
                language=language,
                subject=text,
                body=text + " {answer_by} {request_url}",
                created_at=NOW,
            )

    ask_in(client, school, "es-mx,es;q=0.9")

    (message,) = [one for one in mail.outbox if "ada@" in one.to[0]]
    assert message.subject == "Lo tenemos."
    assert 'lang="es"' in message.alternatives[0].content


def test_language_that_the_site_translates_is_served(client, school, settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"LANGUAGES": ["es"]}

    page = client.get("/programs/", headers={"accept-language": "es-mx"}).content.decode()

    assert re.search(r'<html lang="es-mx" dir="ltr"', page)
