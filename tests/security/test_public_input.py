"""What strangers send to public addresses: refused in words, told nothing, nothing half-done."""

import re
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.urls import reverse

from hcprograms.leads.capture import capture_lead
from hcprograms.leads.erasure import erase_lead
from hcprograms.leads.links import sign_link
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.tokens import Purpose
from hcprograms.matching import engine
from tests.factories import NOW
from tests.leads.asking import all_attempts, all_leads, make_school, make_submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
URLENCODED = "application/x-www-form-urlencoded"
NOWHERE = "no-such-token"


@pytest.fixture(autouse=True)
def _fresh_catalog():
    engine.forget()
    yield
    engine.forget()


@pytest.fixture
def school():
    return make_school()


@pytest.fixture
def lead(school) -> Lead:
    return capture_lead(form=school.form, submission=make_submission(school), now=NOW).lead


@pytest.fixture
def addresses(school, lead) -> dict[str, str]:
    """Every public address that takes a POST."""
    mine = sign_link(Purpose.MY_REQUEST, lead=lead, address=lead.email, now=NOW)
    ends = sign_link(Purpose.UNSUBSCRIBE, lead=lead, address=lead.email, now=NOW)
    talk = sign_link(Purpose.APPOINTMENT, lead=lead, address=lead.email, now=NOW)
    return {
        "ask": school.address,
        "frame": reverse("hcprograms_embed:frame", args=[school.form.public_id]),
        "renew": reverse("hcprograms:renew"),
        "seen": reverse("hcprograms:seen", args=[school.form.public_id]),
        "my_request": reverse("hcprograms:my_request", args=[mine]),
        "correct": reverse("hcprograms:my_request_correct", args=[mine]),
        "erase": reverse("hcprograms:my_request_erase", args=[mine]),
        "unsubscribe": reverse("hcprograms:unsubscribe", args=[ends]),
        "appointment": reverse("hcprograms:appointment", args=[talk]),
    }


POSTED = (
    "ask",
    "frame",
    "renew",
    "seen",
    "my_request",
    "correct",
    "erase",
    "unsubscribe",
    "appointment",
)


def state() -> list[dict[str, object]]:
    """Everything that is kept of every lead."""
    return [
        {field.attname: getattr(one, field.attname) for field in Lead._meta.concrete_fields}
        for one in all_leads()
    ]


@pytest.mark.parametrize("name", POSTED)
def test_field_of_a_megabyte_is_refused_everywhere(client, addresses, name):
    before = state()

    response = client.post(addresses[name], f"message={'x' * 1_000_000}", content_type=URLENCODED)

    assert response.status_code == 400
    assert state() == before


@pytest.mark.parametrize("name", POSTED)
def test_ten_thousand_fields_are_refused_everywhere(client, addresses, name):
    before = state()
    body = "&".join(f"f{number}=1" for number in range(10_000))

    response = client.post(addresses[name], body, content_type=URLENCODED)

    assert response.status_code == 400
    assert state() == before


def typed(school, **fields):
    return urlencode(school.typed(**fields), doseq=True, errors="surrogatepass")


HARMFUL = {
    "NUL": "Ada\0",
    "lone surrogate": "Ada\ud800",
    "pair the wrong way round": "Ada\udc00\ud800",
    "turned to the left": "Ada\u202e",
    "isolated": "Ada\u2066",
    "escape": "Ada\x1b[2J",
    "line break": "Ada\r\nBcc: victim@x.example",
    "line feed": "Ada\nBcc: victim@x.example",
}


@pytest.mark.parametrize("text", HARMFUL.values(), ids=HARMFUL)
@pytest.mark.parametrize("field", ["name", "email"])
def test_harmful_characters_are_refused_in_words(client, school, field, text):
    value = text if field == "name" else f"{text}@x.example"

    response = client.post(school.address, typed(school, **{field: value}), content_type=URLENCODED)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert all_leads() == []
    assert [one.outcome for one in all_attempts()] == ["invalid"]


@pytest.mark.parametrize("text", ["a\0", "a\ud800", "a\u202e"], ids=["NUL", "surrogate", "bidi"])
@pytest.mark.parametrize(
    "field", ["message", "phone", "token", "subject", "source", "landing", "referrer", "state"]
)
def test_harmful_characters_in_any_field_break_nothing(client, school, field, text):
    response = client.post(school.address, typed(school, **{field: text}), content_type=URLENCODED)

    kept = " ".join(f"{one.attribution}{one.message}{one.phone}" for one in all_leads())
    assert response.status_code in (303, 422)
    assert not re.search("[\0\ud800\u202e]", kept)


@pytest.mark.parametrize(
    "path",
    [
        "/match/results/?roles=%00",
        "/match/results/?interest_strategy=%ED%A0%80",
        "/programs/?q=%00%ED%A0%80%E2%80%AE",
        "/tuition/?q=%00",
        "/compare/?offering=%00&offering=%ED%A0%80",
        f"/thanks/{NOWHERE}%00/",
        "/programs/x%00/",
        "/apply/00000000-0000-0000-0000-000000000000/",
        f"/programs/?q={'x' * 100_000}",
    ],
)
def test_harmful_addresses_break_nothing(client, school, path):
    assert client.get(path).status_code < 500


LISTS = [
    "Victim <evil@x.example>",
    "a@x.example,b@x.example",
    "a@x.example;b@x.example",
    "a@x.example b@x.example",
    "a@x.example\r\nBcc: b@x.example",
    "a@x.example%0aBcc:b@x.example",
    '"a@x.example, b"@x.example',
    "<a@x.example>",
]


@pytest.mark.parametrize("text", LISTS)
@pytest.mark.parametrize("name", ["ask", "correct"])
def test_anything_but_one_address_is_refused(client, school, addresses, name, text):
    before = state()

    response = client.post(addresses[name], school.typed(email=text))

    assert response.status_code == 422
    assert state() == before


def body_of(response) -> str:
    """The page without what differs from one request to the next."""
    text = response.content.decode()
    for address in ("new@x.example", "ada@applicant.example"):
        text = text.replace(address, "ADDRESS")
    return re.sub(r"/(my-request|appointment)/[^/\"]+/", r"/\1/TOKEN/", text)


def headers_of(response) -> dict[str, str]:
    """Without the length: the addresses that were typed are on the pages, and differ in it."""
    return {key: value for key, value in response.headers.items() if key != "Content-Length"}


def erase(lead):
    erase_lead(lead=lead, method="page", now=NOW)


@pytest.mark.parametrize("happened", [lambda lead: None, erase], ids=["known", "erased"])
def test_answer_to_a_known_address_is_that_to_a_new_one(client, school, lead, happened):
    happened(lead)
    sent = [
        client.post(school.address, school.typed(email=email, message="Hello"))
        for email in ("new@x.example", "ada@applicant.example")
    ]
    pages = [client.get(one["Location"]) for one in sent]

    assert [one.status_code for one in sent] == [303, 303]
    assert body_of(pages[0]) == body_of(pages[1])
    assert headers_of(pages[0]) == headers_of(pages[1])


def test_refusal_of_a_known_address_is_that_of_a_new_one(client, school, lead):
    pages = [
        client.post(school.address, school.typed(email=email, state="XX", token=token))
        for token in [school.token()]
        for email in ("new@x.example", "ada@applicant.example")
    ]

    assert [one.status_code for one in pages] == [422, 422]
    assert body_of(pages[0]) == body_of(pages[1])


@pytest.mark.parametrize("name", POSTED)
@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/\\evil",
        "https://evil.example",
    ],
)
def test_no_public_address_leads_where_somebody_says(client, school, addresses, name, target):
    told = school.typed(next=target, redirect=target, return_to=target, thank_you_url=target)
    address = f"{addresses[name]}?{urlencode({'next': target})}"

    answers = [client.get(address), client.post(address, told)]

    led = [one.get("Location", "") for one in answers]
    assert [one for one in led if one and not re.match(r"/[a-z]", one)] == []


@pytest.mark.parametrize(
    "target", ["//evil.example", "javascript:alert(1)", "\\\\evil.example", "/\\evil.example"]
)
def test_login_leads_nowhere_else(client, target):
    get_user_model().objects.create_superuser("root", password="a-long-password")
    page = f"{reverse('admin:login')}?{urlencode({'next': target})}"

    response = client.post(
        page, {"username": "root", "password": "a-long-password", "next": target}
    )

    assert (response.status_code, response["Location"]) == (302, "/admin/")


@contextmanager
def counting_fails():
    """The database answers everything but the question of how often somebody asked."""

    def refuse(execute, sql, params, many, context):
        if "requestcount" in sql.lower() or "UPPER(email)" in sql:
            raise OperationalError("canceling statement; detail: ada@applicant.example")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def test_submit_is_accepted_when_nobody_can_count(client, school, settings, caplog):
    limits = {"SUBMITS_PER_HOUR": 1, "REQUESTS_PER_PERSON_PER_HOUR": 1}
    settings.HCPROGRAMS = settings.HCPROGRAMS | limits

    with counting_fails():
        answers = [
            client.post(school.address, school.typed(message=text), REMOTE_ADDR="1.1.1.1")
            for text in ("first", "second")
        ]

    assert [one.status_code for one in answers] == [303, 303]
    assert [one.message for one in all_leads()] == ["first", "second"]
    assert "could not be counted" in caplog.text
    assert "ada@applicant.example" not in caplog.text


def test_token_that_was_used_is_no_second_request(client, school):
    told = school.typed()

    answers = [client.post(school.address, told) for _ in range(3)]

    assert {one.status_code for one in answers} == {303}
    assert len(all_leads()) == 1
    assert [one.outcome for one in all_attempts()] == ["captured", "repeated", "repeated"]


def test_token_kept_for_weeks_is_asked_to_be_confirmed(client, school):
    old = school.token(age=timedelta(days=30))

    response = client.post(school.address, school.typed(token=old))

    assert response.status_code == 422
    assert "Please send it once more" in response.content.decode()
    assert [one.outcome for one in all_attempts()] == ["stale"]
