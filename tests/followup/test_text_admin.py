"""Texts of messages in the admin: written, refused, looked at, tried, compared and restored."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.urls import reverse

from hcprograms.followup.admin import editor_pages
from hcprograms.followup.models import MessageTemplate, TemplateVersion
from hcprograms.followup.models.templates import Kind
from hcprograms.institutions.models import Role
from hcprograms.leads.models import Lead
from tests import factories
from tests.factories import NOW
from tests.followup.mails import make_lead, make_talk
from tests.followup.test_messages import Page
from tests.followup.test_templates import save_version, write_template

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unscoped")]

WORDS = {"subject": "Hello {name}", "body": "Dear {first_name},\r\n\r\nsee [it]({request_url})."}


@pytest.fixture
def owner(school, client):
    user = factories.make_user(is_staff=True, email="owner@school.example")
    factories.make_member(institution=school, role=Role.OWNER, user=user, receives_leads=False)
    client.force_login(user)
    return user


@pytest.fixture
def template(school):
    return write_template(school, kind="own", key="open-day")


def address(page, template, language="en"):
    return reverse(f"admin:hcprograms_messagetemplate_{page}", args=[template.pk, language])


def texts(response):
    return Page(response.content.decode()).text


def notices(response):
    return [str(one) for one in response.context["messages"]]


# Writing


def test_new_text_is_written_next_and_begins_with_the_built_in_one(client, owner, school):
    asked = {"institution": school.pk, "kind": "confirmation", "name": "Ours", "key": "ours"}

    response = client.post(
        reverse("admin:hcprograms_messagetemplate_add"), asked | {"language": "en"}, follow=True
    )

    form = response.context["form"]
    assert response.redirect_chain[-1][0] == address("write", MessageTemplate.objects.get())
    assert form.initial["subject"] == "We have your request – {school}"
    assert "{answer_by}" in form.initial["body"]


def test_saving_makes_a_version_each_time(client, owner, template):
    client.post(address("write", template), WORDS)
    client.post(address("write", template), WORDS | {"subject": "Hi {name}", "based_on": 1})

    versions = template.versions.order_by("number").values_list("number", "subject", "created_by")
    assert list(versions) == [(1, "Hello {name}", owner.pk), (2, "Hi {name}", owner.pk)]
    assert template.versions.first().body == "Dear {first_name},\n\nsee [it]({request_url}).\n"


def test_same_words_again_are_no_new_version(client, owner, template):
    client.post(address("write", template), WORDS, follow=True)

    response = client.post(address("write", template), WORDS | {"based_on": 1}, follow=True)

    assert notices(response) == ["Nothing was changed."]
    assert template.versions.count() == 1


@pytest.mark.parametrize(
    ("part", "text", "told"),
    [
        (
            "body",
            "Dear\n\n{fist_name}",
            "Line 3: There is no placeholder {fist_name}. Did you mean {first_name}?",
        ),
        (
            "body",
            "x {name",
            "Line 1: “{” has no partner on this line.",
        ),
        ("body", "{{name}}", "Line 1: “{{”: one brace is enough"),
        ("body", "{name.__class__}", "Line 1: “{name.__class__}” is no placeholder"),
        ("body", "{lead_url}", "Line 1: {lead_url} is not known in this kind of message."),
        ("body", "a\n\n<b>b</b>", "Line 3: “<b>” is HTML"),
        ("subject", "Your {programs}", "Line 1: {programs} cannot stand in a subject."),
    ],
)
def test_mistake_is_told_with_its_line_and_nothing_is_saved(
    client, owner, template, part, text, told
):
    response = client.post(address("write", template), WORDS | {part: text})

    errors = response.context["form"].errors[part]
    assert any(one.startswith(told) for one in errors), errors
    assert response.context["form"][part].value() == text
    assert template.versions.count() == 0


def test_text_that_lacks_what_it_needs_is_refused(client, owner, school):
    template = write_template(school, kind="alert", key="quick")

    response = client.post(address("write", template), {"subject": "x", "body": "Nothing."})

    assert response.context["form"].errors["body"] == [
        "{lead_url} is missing: this message needs it."
    ]


def test_colleague_who_was_faster_is_not_overwritten_unseen(client, owner, template):
    save_version(template, number=1)
    response = client.post(address("write", template), WORDS | {"based_on": 0})

    assert response.context["form"].non_field_errors() == [
        "Version 1 was saved meanwhile. Save again to put yours after it."
    ]
    assert template.versions.count() == 1
    again = re.search(r'name="based_on" value="(\d+)"', response.content.decode())[1]
    client.post(address("write", template), WORDS | {"based_on": again})
    assert template.versions.count() == 2


@pytest.mark.parametrize(
    ("begin", "subject"),
    [
        ("", "In use"),
        ("1", "First"),
        ("built-in", "Do you have questions? – {school}"),
        ("de", "Deutsch"),
    ],
)
def test_editor_begins_with_the_words_asked_for(client, owner, template, begin, subject):
    for number, words in enumerate(["First", "In use"], start=1):
        save_version(template, number=number, subject=words)
    save_version(template, language="de", subject="Deutsch")

    response = client.get(address("write", template), {"begin": begin})

    assert response.context["form"].initial["subject"] == subject


def test_every_placeholder_is_explained_beside_the_editor(client, owner, template):
    shown = texts(client.get(address("write", template)))

    assert "{first_name}" in shown
    assert "First word of the name" in shown
    assert "{lead_url}" not in shown


def test_language_that_the_site_has_not_is_not_found(client, owner, template):
    assert client.get(address("write", template, "xx")).status_code == 404


# Looking at it


def show(client, template, **asked):
    return client.post(address("show", template), WORDS | {"look": "light"} | asked)


def test_preview_shows_the_mail_of_a_real_lead(client, owner, template, school):
    lead = make_lead(school, name="Grace Hopper")

    response = show(client, template, lead=lead.pk)

    assert response.context["words"].subject == "Hello Grace Hopper"
    assert "Dear Grace," in response.context["words"].html
    assert template.versions.count() == 0


def test_preview_works_before_anybody_has_asked(client, owner, template):
    words = show(client, template).context["words"]

    assert words.subject == "Hello Ada Applicant"
    assert "Choose which messages you get: https://" in words.text


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("real", [True, False])
def test_preview_of_every_built_in_text(client, owner, school, kind, real):
    template = write_template(school, kind=kind, key="x")
    lead = make_lead(school, kind="match" if kind == "results" else "information")
    make_talk(lead)
    begun = client.get(address("write", template)).context["form"].initial

    response = client.post(
        address("show", template), {**begun, "lead": lead.pk if real else "", "look": "dark"}
    )

    assert "Fairview School" in response.context["words"].text
    assert "@media all" in response.context["page"]


def test_preview_is_framed_by_this_site_only_and_loads_nothing(client, owner, template):
    response = show(client, template)

    policy = response["Content-Security-Policy"]
    frame = Page(response.content.decode()).find("iframe")[0]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert frame["sandbox"] is None
    assert "<html" in frame["srcdoc"]


def test_preview_tells_mistakes_instead(client, owner, template):
    response = show(client, template, body="{nmae}")

    assert "Line 1: There is no placeholder {nmae}." in texts(response)


def test_preview_offers_no_leads_of_others(client, owner, template):
    stranger = make_lead_elsewhere()

    response = show(client, template, lead=stranger.pk)

    assert "lead" in response.context["form"].errors
    assert stranger.name not in response.content.decode()


def make_lead_elsewhere():
    return factories.make_lead(name="Somebody Else")


def test_script_in_a_leads_name_stays_text_in_the_preview(client, owner, template, school):
    lead = make_lead(school, name="<script>alert(1)</script>")

    response = show(client, template, lead=lead.pk)

    inside = Page(response.content.decode()).find("iframe")[0]["srcdoc"]
    assert Page(inside).find("script") == []
    assert Page(response.content.decode()).find("script") == []


# Trying it


def test_test_mail_goes_to_oneself_only(client, owner, template, school):
    lead = make_lead(school, name="Grace Hopper")

    response = client.post(
        address("try", template), WORDS | {"lead": lead.pk, "to": "evil@elsewhere.example"}
    )

    (sent,) = mail.outbox
    assert sent.to == ["owner@school.example"]
    assert (sent.cc, sent.bcc) == ([], [])
    assert sent.subject == "Test: Hello Grace Hopper"
    assert notices(response) == ["A test is on its way to owner@school.example. Nothing was saved."]
    assert template.versions.count() == 0


def test_test_mails_are_limited(client, owner, template, monkeypatch):
    monkeypatch.setattr(editor_pages, "TESTS_PER_HOUR", 2)

    for _number in range(3):
        response = client.post(address("try", template), WORDS)

    assert len(mail.outbox) == 2
    assert notices(response) == ["That is enough for now: 2 test emails an hour."]


def test_limit_of_test_mails_ends_after_an_hour(client, owner, template, monkeypatch):
    monkeypatch.setattr(editor_pages, "TESTS_PER_HOUR", 1)
    client.post(address("try", template), WORDS)
    entry = LogEntry.objects.get()
    entry.action_time -= timedelta(minutes=61)
    entry.save()

    client.post(address("try", template), WORDS)

    assert len(mail.outbox) == 2


def test_account_without_an_address_gets_no_test(client, owner, template):
    owner.email = ""
    owner.save()

    response = client.post(address("try", template), WORDS)

    assert mail.outbox == []
    assert notices(response) == ["Your account has no email address to send a test to."]


def test_test_mail_that_nobody_takes_says_why(client, owner, template, settings):
    settings.EMAIL_BACKEND = "hcprograms.followup.channels.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    response = client.post(address("try", template), WORDS)

    assert notices(response)[0].startswith(
        "The test was not sent. The mail server cannot be reached:"
    )


# Versions


def test_versions_say_what_changed_who_and_when(client, owner, template):
    save_version(template, number=1, body="one\ntwo\n", created_by=owner)
    save_version(template, number=2, body="one\nthree\n")

    page = Page(client.get(address("versions", template)).content.decode())

    assert [tag for tag, _attributes in page.tags if tag in ("del", "ins")][:2] == ["del", "ins"]
    assert str(owner) in page.text


def test_any_two_versions_are_compared(client, owner, template):
    for number, body in enumerate(["one", "two", "three"], start=1):
        save_version(template, number=number, body=body)

    response = client.get(address("versions", template), {"before": "1", "after": "3"})

    found = [(one.how, one.text) for one in response.context["difference"]]
    assert found[-2:] == [("gone", "one"), ("new", "three")]


def test_earlier_words_are_used_again_as_a_new_version(client, owner, template):
    save_version(template, number=1, subject="First")
    save_version(template, number=2, subject="Second")

    client.post(address("restore", template), {"number": "1"})

    latest = template.versions.order_by("-number").first()
    assert (latest.number, latest.subject, latest.restores) == (3, "First", 1)


def test_words_that_can_be_sent_no_more_are_not_restored(client, owner, template):
    save_version(template, number=1, body="{of_long_ago}")
    save_version(template, number=2)

    response = client.post(address("restore", template), {"number": "1"}, follow=True)

    assert notices(response) == [
        "It can be sent no more. Line 1: There is no placeholder {of_long_ago}."
    ]
    assert template.versions.count() == 2


def test_use_of_a_language_ends_and_begins_again(client, owner, template):
    save_version(template, number=1, subject="First")

    client.post(address("end", template))
    ended = template.versions.order_by("-number").first()
    client.post(address("restore", template), {"number": "1"})

    assert ended.ends_language
    assert [one.number for one in template.versions.order_by("number")] == [1, 2, 3]


@pytest.mark.parametrize("number", ["", "9", "x", "1;DROP"])
def test_version_that_is_not_there_is_not_restored(client, owner, template, number):
    save_version(template, number=1)

    assert client.post(address("restore", template), {"number": number}).status_code == 404


# Who may


@pytest.mark.parametrize("page", ["restore", "end", "try", "write"])
def test_advisors_read_texts_and_change_none(client, template, ann, page):
    ann.user.is_staff = True
    ann.user.save()
    client.force_login(ann.user)
    save_version(template, number=1)

    seen = client.get(address("write", template))
    response = client.post(address(page, template), WORDS | {"number": "1"})

    assert seen.status_code == 200
    assert "Save as a new version" not in seen.content.decode()
    assert response.status_code == 403
    assert TemplateVersion.objects.count() == 1


@pytest.mark.parametrize("page", ["write", "show", "try", "versions", "restore", "end"])
def test_texts_of_another_institution_are_not_found(client, owner, page):
    theirs = write_template(factories.make_institution(), kind="own", key="theirs")
    save_version(theirs, number=1, subject="Their subject")

    seen = client.get(address(page, theirs), follow=True)
    written = client.post(address(page, theirs), WORDS)

    assert {one.status_code for one in (seen, written)} <= {404, 405}
    assert theirs.versions.count() == 1


def test_list_says_which_texts_can_be_sent(client, owner, school):
    write_template(school, kind="own", key="empty")
    write_template(school, key="broken", kind="alert", trouble="Line 1: no")
    used = write_template(school, key="used", kind="reminder", is_standard=True)
    save_version(used, number=4)

    shown = texts(client.get(reverse("admin:hcprograms_messagetemplate_changelist")))

    assert "not written yet" in shown
    assert "cannot be sent" in shown
    assert "en (4)" in shown


@pytest.mark.parametrize("count", [1, 4])
def test_list_takes_the_same_queries_for_many(
    client, owner, school, django_assert_num_queries, count
):
    for number in range(count):
        save_version(write_template(school, kind="own", key=f"text-{number}"), number=1)

    with django_assert_num_queries(8):
        client.get(reverse("admin:hcprograms_messagetemplate_changelist"))


def test_leads_for_the_preview_are_those_that_get_such_mails(client, owner, school):
    plain, match = make_lead(school), make_lead(school, kind="match")
    template = write_template(school, kind="results", key="results")

    form = client.get(address("write", template)).context["form"]

    assert list(form.fields["lead"].queryset) == [match]
    assert Lead.objects.filter(pk=plain.pk).exists()


def test_trouble_is_over_once_the_text_is_saved(client, owner, template):
    MessageTemplate.objects.update(trouble="Line 1: no")

    client.post(address("write", template), WORDS)

    template.refresh_from_db()
    assert template.trouble == ""


def test_preview_says_times_by_the_clock_of_the_school(client, owner, school):
    template = write_template(school, kind="alert", key="quick")
    lead = make_lead(school, captured_at=NOW)
    words = {"subject": "{asked_at}", "body": "[Open]({lead_url})"}

    response = client.post(address("show", template), words | {"lead": lead.pk})

    assert response.context["words"].subject == "Monday, November 23, 10:00 AM EST"
