"""The demo's mails: written as files, shown as pages."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import include, path

from project.mailbox.reading import read_mails
from project.urls import urlpatterns as site_patterns

urlpatterns = [path("mailbox/", include("project.mailbox.urls")), *site_patterns]

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def mailbox(settings, tmp_path):
    settings.MAILBOX = str(tmp_path / "mail")
    settings.ROOT_URLCONF = "tests.project.test_mailbox"
    settings.EMAIL_BACKEND = "project.mailbox.backend.FileMailboxBackend"


def send(subject="Héllo", *, body="Plain", html="<html><head></head><body>Rich</body></html>"):
    message = EmailMultiAlternatives(
        subject, body, "us@example.org", ["ada@example.org"], connection=mail.get_connection()
    )
    if html:
        message.attach_alternative(html, "text/html")
    return message.send()


@pytest.mark.usefixtures("mailbox")
def test_mails_are_kept_newest_first():
    send("first")
    send("second")

    assert [mail.message["Subject"] for mail in read_mails()] == ["second", "first"]


@pytest.mark.usefixtures("mailbox")
def test_list_names_each_mail():
    send(f"Hi {SCRIPT}")

    page = Client().get("/mailbox/").content.decode()

    assert "Hi &lt;script&gt;" in page
    assert "To ada@example.org on " in page
    assert SCRIPT not in page


@pytest.mark.usefixtures("mailbox")
@pytest.mark.parametrize("language", ["es-mx", "ar"])
def test_mailbox_is_in_english_and_says_so(language):
    send()

    page = Client().get("/mailbox/", headers={"accept-language": language}).content.decode()

    assert '<html lang="en-us" dir="ltr">' in page


@pytest.mark.usefixtures("mailbox")
def test_list_says_that_it_is_empty():
    assert "No email yet" in Client().get("/mailbox/").content.decode()


@pytest.mark.usefixtures("mailbox")
def test_mail_shows_headers_text_and_a_sandboxed_frame():
    send(body=f"Plain {SCRIPT}")
    (kept,) = read_mails()

    page = Client().get(f"/mailbox/{kept.name}/").content.decode()

    assert "Héllo" in page
    assert "Plain &lt;script&gt;" in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page


@pytest.mark.usefixtures("mailbox")
def test_mail_without_html_shows_no_frame():
    send(html="")
    (kept,) = read_mails()

    assert "<iframe" not in Client().get(f"/mailbox/{kept.name}/").content.decode()


@pytest.mark.usefixtures("mailbox")
def test_html_is_served_with_a_policy_of_its_own():
    send()
    (kept,) = read_mails()

    response = Client().get(f"/mailbox/{kept.name}/html/")

    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head><base target="_blank"></head>' in response.content.decode()


@pytest.mark.usefixtures("mailbox")
@pytest.mark.parametrize("name", ["nothing", "..%2Fsecret_key", "a.b"])
def test_an_unknown_mail_is_not_found(name):
    assert Client().get(f"/mailbox/{name}/").status_code == 404


@pytest.mark.usefixtures("mailbox")
def test_every_page_leads_to_the_mailbox():
    assert '<a href="/mailbox/" aria-current="page">' in Client().get("/mailbox/").content.decode()
