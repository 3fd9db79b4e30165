"""A link acts only for the reader of the mailbox it was sent to, on the inquiry it was made for."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from hcprograms.institutions.models import Role
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.appointments import Appointment, AppointmentType
from hcprograms.leads.models.consent import Channel, Consent, Suppression
from hcprograms.leads.models.files import LeadFile, Upload
from hcprograms.leads.models.lead import CaptureAttempt, Lead, LeadEvent
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
VICTIM = "vera@applicant.example"
VICTIM_PHONE = "+13035550111"
PERSONAL_PATH = re.compile(r"/(?:my-request|preferences|unsubscribe|appointment)/([^\s/\"'<>]+)/")


@dataclass
class School:
    form: object
    offering: object

    @property
    def institution(self):
        return self.form.institution


class Clock:
    """The time of the test, which only goes on."""

    def __init__(self):
        self._travel = None
        self.now = NOW

    def move(self, **delta):
        self.now += timedelta(**delta)
        self.stop()
        self._travel = time_machine.travel(self.now, tick=False)
        self._travel.start()

    def stop(self):
        if self._travel:
            self._travel.stop()
            self._travel = None


@pytest.fixture(autouse=True)
def clock():
    clock = Clock()
    clock.move()
    yield clock
    clock.stop()


@pytest.fixture
def school(clock):
    institution = factories.make_institution(
        name="Fairview School", phone="+1 303 555 0100", email="office@school.example"
    )
    factories.make_office_hours(institution=institution)
    for channel in Channel.values:
        factories.make_consent_text(
            institution=institution, channel=channel, text=f"{{institution}} may {channel} me."
        )
    AppointmentType.objects.create(institution=institution, name="A first talk")
    return School(
        factories.make_interest_form(institution=institution),
        factories.make_offering(program=factories.make_program(institution=institution)),
    )


@pytest.fixture
def staff(school, client_factory):
    """Role → a signed-in client; the advisor is the one who gets the leads."""

    def sign_in(role):
        user = factories.make_user(is_staff=True, email=f"{role}@school.example")
        factories.make_member(institution=school.institution, role=role, user=user)
        client = client_factory()
        client.force_login(user)
        client.user = user
        return client

    return sign_in


@pytest.fixture
def client_factory():
    return Client


def send_form(school, clock, **fields):
    """Send the public form as a browser does; return the lead and the page it comes to."""
    client = Client()
    address = reverse("hcprograms:ask", args=[school.institution.slug])
    html = client.get(address).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', html)[1]
    clock.move(minutes=1)
    values = {
        "token": token,
        "name": "Vera Victim",
        "email": VICTIM,
        "phone": "(303) 555-0111",
        "offerings": [str(school.offering.public_id)],
        "country": "US",
        "state": "CO",
    }
    answer = client.post(address, {**values, **fields}, follow=True)
    assert answer.status_code == 200, answer.content.decode()[:500]
    with scopes_disabled():
        return Lead.objects.latest("pk"), answer


def mails_to(address):
    """Deliver what is due, and return the mails that this mailbox has by now."""
    call_command("deliver_followups")
    return [one for one in mail.outbox if any(address in to for to in one.to)]


def path_in(message, name):
    """The path of the link with this name in a mail."""
    found = re.findall(rf"https://admissions\.example(/\S*{name}/[^\s/]+/)", message.body)
    assert found, message.body
    return found[-1]


def links_to(address, name="my-request"):
    return path_in(mails_to(address)[-1], name)


def reload(lead):
    with scopes_disabled():
        return Lead.objects.get(pk=lead.pk)


def consents_of(lead):
    with scopes_disabled():
        rows = Consent.objects.filter(lead=lead).order_by("decided_at", "pk")
        return {row.channel: row.decision for row in rows}


def count_suppressions():
    with scopes_disabled():
        return Suppression.objects.count()


def verb(client, lead, name, **fields):
    return client.post(reverse("admin:hcprograms_lead_verb", args=[lead.pk, name]), fields)


def merge(client, kept, other, take=()):
    address = reverse("admin:hcprograms_lead_merge", args=[kept.pk, other.pk])
    client.post(address, dict.fromkeys(take, "other"))
    assert reload(other).merged_into_id == kept.pk


# The thank-you page


@pytest.mark.parametrize("kind", ["inform", "match", "train", "callback"])
def test_thank_you_page_has_no_link_that_acts_for_a_person(school, clock, kind):
    values = {"inform": "program", "match": "match", "train": "training", "callback": "program"}
    kinds = {one for one, _label in type(school.form).Kind.choices}
    if values[kind] in kinds:
        school.form.kind = values[kind]
        school.form.save()

    lead, page = send_form(school, clock, organisation="Clinic", people="5", topics="Budgets")

    html = page.content.decode()
    for token in PERSONAL_PATH.findall(html):
        for name in ("my_request", "my_request_data", "my_request_erase", "preferences"):
            assert Client().get(reverse(f"hcprograms:{name}", args=[token])).status_code == 404
        assert Client().post(reverse("hcprograms:unsubscribe", args=[token])).status_code == 404
    assert "/my-request/" not in html
    assert "/preferences/" not in html
    assert VICTIM in html  # it says where the link is
    assert not reload(lead).erased_at


def test_embedded_thank_you_page_has_no_link_that_acts_for_a_person(school, clock):
    _lead, page = send_form(school, clock)
    token = page.request["PATH_INFO"].rstrip("/").rpartition("/")[2]

    html = Client().get(reverse("hcprograms_embed:thanks", args=[token])).content.decode()

    assert "arrived" in html
    assert not PERSONAL_PATH.search(html)


def test_talk_is_booked_right_from_the_thank_you_page(school, clock):
    factories.make_member(institution=school.institution)
    lead, page = send_form(school, clock)
    path = re.search(r'href="(/\S*appointment/[^"]+)"', page.content.decode())[1]
    client = Client()

    times = re.findall(r'name="starts_at" value="([^"]+)"', client.get(path).content.decode())
    done = client.post(path, {"starts_at": times[0]}, follow=True)

    with scopes_disabled():
        assert Appointment.objects.get(lead=lead).state == "booked"
    assert "Booked." in done.content.decode()
    assert "303" not in done.content.decode().replace("303 555 0100", "")
    clock.move(hours=7)
    assert client.get(path).status_code == 404


def test_booking_link_of_the_thank_you_page_touches_no_other_appointment(school, clock):
    factories.make_member(institution=school.institution)
    lead, page = send_form(school, clock)
    weak = re.search(r'href="(/\S*appointment/[^"]+)"', page.content.decode())[1]
    mailed = links_to(VICTIM, "my-request")
    owner, stranger = Client(), Client()
    token = mailed.rstrip("/").rpartition("/")[2]
    assert stranger.get(reverse("hcprograms:appointment", args=[token])).status_code == 404
    times = re.findall(r'name="starts_at" value="([^"]+)"', stranger.get(weak).content.decode())
    with scopes_disabled():
        member = school.institution.memberships.get(role=Role.ADVISOR)
        talk = AppointmentType.objects.get()
        mine = Appointment.objects.create(
            institution=school.institution,
            lead=lead,
            type=talk,
            membership=member,
            starts_at=clock.now + timedelta(days=3),
            ends_at=clock.now + timedelta(days=3, minutes=30),
            time_zone="UTC",
        )

    stranger.post(weak, {"cancel": "1"})
    stranger.post(weak, {"starts_at": times[0]})

    with scopes_disabled():
        mine.refresh_from_db()
        assert (mine.state, mine.sequence) == ("booked", 0)
        assert Appointment.objects.count() == 1
    assert owner.get(mailed).status_code == 200


# One inquiry's link and another's


def test_stranger_with_a_typed_address_does_nothing_for_its_owner(school, clock):
    """All that a stranger holds who typed somebody's address is tried on the owner's inquiry."""
    victim, _page = send_form(school, clock, consent_call="on", consent_email="on")
    clock.move(hours=1)
    _lead, page = send_form(school, clock, name="Mallory", phone="(303) 555-0199")
    before, suppressed = consents_of(victim), count_suppressions()
    html = page.content.decode()
    thanks = page.request["PATH_INFO"].rstrip("/").rpartition("/")[2]

    for token in {thanks, *PERSONAL_PATH.findall(html)}:
        for name in ("my_request", "my_request_erase", "preferences", "unsubscribe"):
            address = reverse(f"hcprograms:{name}", args=[token])
            for data in ({"stop": "1"}, {"email": "none", "call": "on"}, {"withdraw": "email"}):
                Client().post(address, data)

    assert consents_of(victim) == before
    assert count_suppressions() == suppressed
    assert reload(victim).erased_at is None


def test_correcting_to_an_address_gives_no_power_over_its_owner(school, clock):
    victim, _page = send_form(school, clock, consent_call="on", consent_email="on")
    clock.move(hours=1)
    _mine, _page = send_form(school, clock, name="Mallory", email="mal@evil.example")
    page, choice = links_to("mal@evil.example"), links_to("mal@evil.example", "preferences")
    before, suppressed = consents_of(victim), count_suppressions()
    client = Client()
    client.post(choice, {"stop": "1"})
    own = count_suppressions() - suppressed

    client.post(page + "correct/", correction(email=VICTIM))

    for path in (page, choice, page + "erase/", page + "data/"):
        assert client.get(path).status_code == 404
    client.post(choice, {"email": "none"})
    client.post(page, {"withdraw": "email"})
    client.post(page + "erase/")
    assert consents_of(victim) == before
    assert count_suppressions() - suppressed == own == 1  # of the stranger's own mailbox
    clock.move(hours=1)
    send_form(school, clock, name="Vera again")
    assert any("Vera again" in str(one.to) for one in mails_to(VICTIM))


def correction(**fields):
    values = {"name": "Mallory", "email": "mal@evil.example", "phone": "(303) 555-0111"}
    return {**values, "country": "US", "state": "CO", **fields}


def test_phone_number_that_was_typed_is_not_suppressed_by_a_link(school, clock):
    """It may be a third person's, whose own inquiry has to be called back."""
    third, _page = send_form(school, clock, consent_call="on")
    clock.move(hours=1)
    send_form(school, clock, name="Mallory", email="mal@evil.example")
    page, choice = links_to("mal@evil.example"), links_to("mal@evil.example", "preferences")
    client = Client()

    client.post(choice, {"stop": "1"})
    client.post(page, {"withdraw": ["call", "text"]})
    client.post(page + "erase/")

    with scopes_disabled():
        assert {one.channel for one in Suppression.objects.all()} == {"email"}
    assert consents_of(third)["call"] == "granted"


def test_owner_of_the_mailbox_chooses_emails_for_all_their_inquiries(school, clock):
    first, _page = send_form(school, clock, consent_email="on")
    clock.move(hours=1)
    second, _page = send_form(school, clock, email=VICTIM.upper(), phone="(303) 555-0122")
    choice = links_to(VICTIM, "preferences")

    Client().post(choice, {"email": "all", "call": "on"})
    agreed = consents_of(first)["call"], consents_of(second)["call"]
    Client().post(choice, {"email": "none"})

    assert [consents_of(one)["email"] for one in (first, second)] == ["withdrawn", "withdrawn"]
    assert sorted(agreed) == ["granted", "not_granted"]  # for the phone of one inquiry only


# How long a link lives


def test_links_that_act_live_for_days_and_the_way_out_for_years(school, clock):
    lead, _page = send_form(school, clock, consent_email="on")
    names = ("my-request", "preferences", "unsubscribe")
    paths = {name: links_to(VICTIM, name) for name in names}
    clock.move(days=31)

    status = {name: Client().get(path).status_code for name, path in paths.items()}

    assert status == {"my-request": 404, "preferences": 404, "unsubscribe": 200}
    assert "/preferences/" not in Client().get(paths["unsubscribe"]).content.decode()
    clock.move(days=900)
    answer = Client().post(paths["unsubscribe"], {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert consents_of(lead)["email"] == "withdrawn"


def test_page_of_an_old_link_says_so_and_mails_a_new_one(school, clock):
    send_form(school, clock)
    path = links_to(VICTIM)
    clock.move(days=31)
    sent = len(mails_to(VICTIM))

    page = Client().get(path)
    Client().post(path, {"new_link": "1"})
    Client().post(path, {"new_link": "1"})

    assert "too old" in page.content.decode()
    new = mails_to(VICTIM)[sent:]
    assert len(new) == 1
    assert Client().get(path_in(new[0], "my-request")).status_code == 200
    forged = Client().get(path.replace("my-request/W", "my-request/X"))
    assert forged.status_code == 404
    assert "too old" not in forged.content.decode()


def test_correction_by_the_person_ends_the_links_of_the_former_mailbox(school, clock):
    lead, _page = send_form(school, clock, consent_email="on")
    names = ("my-request", "preferences", "unsubscribe")
    old = {name: links_to(VICTIM, name) for name in names}
    told = Client().post(
        old["my-request"] + "correct/", correction(name="Vera Victim", email="vera@new.example")
    )

    dead = Client().get(old["my-request"])
    assert "vera@new.example" in told.content.decode()
    assert dead.status_code == 404
    assert "vera@new.example" not in dead.content.decode()
    assert "was changed" in dead.content.decode()
    assert Client().get(old["my-request"] + "data/").status_code == 404
    assert Client().get(old["preferences"]).status_code == 404
    assert Client().get(links_to("vera@new.example")).status_code == 200
    # The way out still works, for the mailbox that got it and for no other.
    page = Client().get(old["unsubscribe"])
    assert "vera@new.example" not in page.content.decode()
    Client().post(old["unsubscribe"], {"List-Unsubscribe": "One-Click"})
    assert consents_of(lead)["email"] == "granted"
    assert count_suppressions() == 1


def test_links_of_an_erased_person_end_and_the_phone_stays_free(school, clock):
    lead, _page = send_form(school, clock)
    path = links_to(VICTIM)

    Client().post(path + "erase/")

    assert reload(lead).erased_at
    dead = Client().get(path)
    assert dead.status_code == 404
    assert "erased" in dead.content.decode()
    with scopes_disabled():
        assert [one.channel for one in Suppression.objects.all()] == ["email"]


# Corrections by staff


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADVISOR, Role.MANAGER])
def test_address_is_corrected_by_managers_and_by_who_has_the_lead(school, clock, staff, role):
    lead, _page = send_form(school, clock)
    with scopes_disabled():
        Lead.objects.update(assigned_to=None)
    client = staff(role)

    answer = verb(client, lead, "address", email="vera@new.example")

    changed = reload(lead).email == "vera@new.example"
    assert (answer.status_code, changed) == ((302, True) if role == Role.MANAGER else (403, False))


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.MANAGER])
def test_staff_take_no_link_over_by_a_correction(school, clock, staff, role):
    """An advisor corrects the address to his own mailbox, and uses what comes there."""
    client = staff(role)
    lead, _page = send_form(school, clock, consent_email="on")
    old = links_to(VICTIM)
    with scopes_disabled():
        Lead.objects.update(assigned_to=school.institution.memberships.get())
    mail.outbox.clear()

    verb(client, lead, "address", email="me@private.example")

    mine, choice = links_to("me@private.example"), links_to("me@private.example", "preferences")
    with scopes_disabled():
        event = LeadEvent.objects.get(lead=lead, kind="corrected")
    assert event.actor == client.user
    assert VICTIM in event.text
    assert "me@private.example" in event.text
    (notice,) = mails_to(VICTIM)
    assert "was changed" in notice.body
    assert "me@private.example" not in str(notice.message())
    assert "http" not in notice.body
    assert "List-Unsubscribe" not in notice.message()
    assert notice.reply_to == [notice.reply_to[0]]
    assert "office@school.example" in notice.reply_to[0]
    person = Client()
    page = person.get(mine)
    assert page.status_code == 200
    assert "changed the email address" in page.content.decode()
    assert person.get(mine + "data/").status_code == 403
    assert person.get(mine + "correct/").status_code == 403
    assert person.post(mine + "erase/").status_code == 403
    person.post(choice, {"email": "all", "call": "on", "text": "on"})
    assert consents_of(lead)["call"] == "not_granted"
    assert consents_of(lead)["text"] == "not_granted"
    assert reload(lead).erased_at is None
    assert person.get(old).status_code == 404


def test_own_address_put_back_by_staff_is_the_persons_own_again(school, clock, staff):
    client = staff(Role.MANAGER)
    lead, _page = send_form(school, clock)
    old = links_to(VICTIM)
    verb(client, lead, "address", email="typo@private.example")
    verb(client, lead, "address", email="somebody@private.example")

    verb(client, lead, "address", email=VICTIM)

    assert Client().get(old + "data/").status_code == 200


def test_inquiry_of_staffs_own_reaches_no_corrected_one(school, clock, staff):
    """Nor does another inquiry from that mailbox open or grant what the correction does not."""
    client = staff(Role.MANAGER)
    lead, _page = send_form(school, clock)
    verb(client, lead, "address", email="me@private.example")
    clock.move(hours=1)
    send_form(school, clock, name="Me", email="me@private.example")
    choice = links_to("me@private.example", "preferences")

    Client().post(choice, {"email": "all", "call": "on"})

    assert consents_of(lead) == {
        "email": "not_granted",
        "call": "not_granted",
        "text": "not_granted",
    }


# Merging


def add_file(lead):
    with scopes_disabled():
        upload = Upload.objects.create(
            institution=lead.institution,
            name="grades.pdf",
            kind="pdf",
            size=5,
            stored_as=f"nowhere-{lead.pk}",
            uploaded_at=lead.captured_at,
            keep_until=lead.captured_at,
        )
        LeadFile.objects.create(lead=lead, upload=upload, key="grades", question="Grades")
    return upload


def test_merge_hands_nothing_of_one_person_to_the_other(school, clock, staff):
    client = staff(Role.MANAGER)
    victim, _page = send_form(school, clock, message="My secret")
    clock.move(hours=1)
    mine, page = send_form(
        school, clock, name="Mallory", email="mal@evil.example", phone="(303) 555-0199"
    )
    thanks = page.request["PATH_INFO"]
    path, victims = links_to("mal@evil.example"), links_to(VICTIM)
    person = Client()
    clock.move(minutes=1)

    merge(client, mine, victim, take=["phone"])
    clock.move(minutes=1)

    shown = person.get(path).content.decode() + person.get(path + "data/").content.decode()
    assert "My secret" not in shown
    assert VICTIM_PHONE not in shown
    assert "3035550199" in shown
    assert person.get(thanks).status_code == 404
    assert "Mallory" not in person.get(victims + "data/").content.decode()
    person.post(path + "erase/")
    assert reload(mine).erased_at
    assert not reload(victim).erased_at
    assert reload(victim).merged_into is None
    data = json.loads(person.get(victims + "data/").content)
    assert data["request"]["phone"] == VICTIM_PHONE


def test_files_are_opened_only_by_the_link_of_their_own_inquiry(school, clock, staff):
    client = staff(Role.MANAGER)
    victim, _page = send_form(school, clock)
    clock.move(hours=1)
    mine, _page = send_form(school, clock, name="Mallory", email="mal@evil.example")
    path, victims = links_to("mal@evil.example"), links_to(VICTIM)
    file = f"files/{add_file(victim).public_id}/"
    merge(client, mine, victim)

    opened = {one: Client().get(one + file).status_code for one in (path, victims)}

    # The storage is empty here: who may have the file is told to come back.
    assert opened == {path: 404, victims: 503}
    data = json.loads(Client().get(path + "data/").content)
    assert (data["files"], data["merged_requests"]) == ([], [])


def test_link_mailed_after_a_merge_opens_both_inquiries_of_one_mailbox(school, clock, staff):
    client = staff(Role.MANAGER)
    first, _page = send_form(school, clock, message="Words of the first")
    clock.move(hours=1)
    second, _page = send_form(school, clock, message="Words of the second")
    before = links_to(VICTIM)
    clock.move(hours=1)
    merge(client, first, second)
    clock.move(hours=1)
    verb(client, first, "message", subject="Hello", text="We write to you.")
    after = links_to(VICTIM)

    old, new = (Client().get(path + "data/").content.decode() for path in (before, after))

    assert "Words of the second" in old
    assert "Words of the first" not in old
    assert "Words of the first" in new
    assert "Words of the second" in new
    clock.move(hours=1)
    with scopes_disabled():
        number = first.merges.get().pk
    verb(client, first, "unmerge", merge=number)
    assert Client().get(after).status_code == 404
    assert Client().get(before).status_code == 200


def test_address_taken_over_by_a_merge_is_a_correction_by_staff(school, clock, staff):
    """A manager merges somebody's inquiry with one of his own, and takes his own address."""
    client = staff(Role.MANAGER)
    victim, _page = send_form(school, clock, message="My secret")
    clock.move(hours=1)
    mine, _page = send_form(school, clock, name="Me", email="me@private.example")
    before, theirs = links_to("me@private.example"), links_to(VICTIM)
    mail.outbox.clear()
    clock.move(hours=1)

    merge(client, victim, mine, take=["email"])

    (notice,) = mails_to(VICTIM)
    assert "was changed" in notice.body
    after = links_to("me@private.example")
    person = Client()
    assert person.get(after + "data/").status_code == 403
    person.post(after + "erase/")
    assert reload(victim).erased_at is None
    assert "My secret" not in person.get(before + "data/").content.decode()
    assert person.get(theirs).status_code == 404


# What staff see


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADVISOR, Role.OWNER, "superuser"])
def test_previews_hold_no_working_link_of_a_person(school, clock, staff, role):
    from hcprograms.followup.models import MessageTemplate  # noqa: PLC0415 - one row

    lead, _page = send_form(school, clock)
    if role == "superuser":
        user = factories.make_user(is_staff=True, is_superuser=True)
        client = Client()
        client.force_login(user)
    else:
        client = staff(role)
    for kind in ("confirmation", "own"):
        template = MessageTemplate.objects.create(
            institution=school.institution, kind=kind, key=kind, name=kind
        )
        show = reverse("admin:hcprograms_messagetemplate_show", args=[template.pk, "en"])
        typed = {
            "subject": "Hello",
            "body": "{answer_by} {request_url} {appointment_url}"
            if kind == "confirmation"
            else "{request_url} {appointment_url}",
            "lead": str(lead.pk),
        }

        for look in ("light", "text"):
            answer = client.post(show, {**typed, "look": look})

            assert answer.status_code == 200
            assert not PERSONAL_PATH.search(answer.content.decode())
            assert "example.org" in answer.content.decode()


def test_test_mail_holds_no_working_link_of_a_person(school, clock, staff):
    from hcprograms.followup.models import MessageTemplate  # noqa: PLC0415 - one row

    lead, _page = send_form(school, clock)
    client = staff(Role.OWNER)
    template = MessageTemplate.objects.create(
        institution=school.institution, kind="own", key="own", name="own"
    )
    mail.outbox.clear()

    client.post(
        reverse("admin:hcprograms_messagetemplate_try", args=[template.pk, "en"]),
        {"subject": "Hi", "body": "{request_url}", "lead": str(lead.pk)},
    )

    (message,) = [one for one in mail.outbox if "owner@school.example" in str(one.to)]
    assert "example.org" in message.body
    assert not PERSONAL_PATH.search(str(message.message()))


@pytest.mark.parametrize(
    "quote",
    [
        lambda path: f"> See https://admissions.example{path}",
        lambda path: (
            f"> See https://admissions.example{path[:70]}\n> {path[70:140]}\n> {path[140:]}"
        ),
        lambda path: (
            "https://safelinks.example/?url=https%3A%2F%2Fadmissions.example"
            + path.replace("/", "%2F").replace(":", "%3A")
        ),
    ],
    ids=["as it is", "folded", "behind a link scanner"],
)
def test_links_quoted_in_a_reply_are_not_shown_to_staff(school, clock, staff, tmp_path, quote):
    client = staff(Role.ADVISOR)
    lead, _page = send_form(school, clock)
    (message,) = mails_to(VICTIM)
    path = path_in(message, "my-request")
    reply = (
        f"From: Vera <{VICTIM}>\nTo: office@school.example\nSubject: Re: Hello\n"
        f"Message-ID: <1@applicant.example>\nIn-Reply-To: {message.message()['Message-ID']}\n\n"
        f"Yes, I have a question about this.\n\n{quote(path)}\n"
    )
    box = tmp_path / "mail"
    box.write_text("From vera Mon Nov 23 16:00:00 2026\n" + reply + "\n")

    call_command("receive_mail", mbox=str(box))
    call_command("deliver_followups")

    with scopes_disabled():
        event = LeadEvent.objects.get(lead=lead, kind="received")
    shown = client.get(reverse("admin:hcprograms_lead_change", args=[lead.pk])).content.decode()
    token = path.rstrip("/").rpartition("/")[2]
    (told,) = [one for one in mail.outbox if "I have a question" in one.body]
    for text in (event.text, shown, told.body):
        assert "I have a question" in text
        plain = re.sub(r"[\s>]", "", text)
        assert token not in plain
        assert token.partition(":")[2] not in plain


def find_token(text, token):
    """Whether a text holds the token, however it is escaped or folded."""
    plain = re.sub(r"=?\r?\n[> \t]*", "", text).replace("%3A", ":").replace("&#x3A;", ":")
    return token in plain


def test_link_that_a_person_brings_along_is_not_shown_to_staff(school, clock, staff):
    """Opened from a mail it is the first page of a visit; some paste it into what they write."""
    factories.make_member(
        institution=school.institution, user=factories.make_user(email="ann@school.example")
    )
    send_form(school, clock)
    path = links_to(VICTIM)
    link, token = f"https://admissions.example{path}", path.rstrip("/").rpartition("/")[2]
    assert Client().get(path).status_code == 200
    mail.outbox.clear()

    lead, _page = send_form(
        school,
        clock,
        message=f"I cannot use this: {link} Why?",
        landing=link,
        source=f"{link}?utm_source=news",
    )
    call_command("deliver_followups")

    with scopes_disabled():
        lead.refresh_from_db()
        assert not find_token(json.dumps([lead.message, lead.attribution]), token)
    assert lead.message.startswith("I cannot use this: https://admissions.example/")
    assert lead.message.endswith("Why?")
    assert lead.attribution["landing"].startswith("https://admissions.example/")
    shown = staff(Role.VIEWER).get(reverse("admin:hcprograms_lead_change", args=[lead.pk]))
    assert "I cannot use this" in shown.content.decode()
    assert not find_token(shown.content.decode(), token)
    told = [one for one in mail.outbox if "ann@school.example" in str(one.to)]
    assert told
    assert not any(find_token(str(one.message()), token) for one in told)


def test_link_in_a_refused_form_is_not_in_the_log(school, clock, staff):
    send_form(school, clock)
    path = links_to(VICTIM)
    address = reverse("hcprograms:ask", args=[school.institution.slug])

    Client().post(address, {"token": "x", "message": f"See https://admissions.example{path}"})

    with scopes_disabled():
        (attempt,) = CaptureAttempt.objects.exclude(submitted={})
    assert attempt.submitted["message"][0].startswith("See https://admissions.example/")
    assert path.rstrip("/").rpartition("/")[2] not in json.dumps(attempt.submitted)
