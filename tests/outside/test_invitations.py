"""A person joins a school only by accepting an invitation that came to their own mailbox."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from hcprograms.institutions.models import Membership
from tests.factories import make_institution, make_member, make_user

pytestmark = pytest.mark.django_db

ADD, LIST = "/admin/hcprograms/invitation/add/", "/admin/hcprograms/invitation/"
NEW = {"first_name": "Ann", "last_name": "Advisor", "password": "k3-Lmq-wz9", "again": "k3-Lmq-wz9"}


@pytest.fixture
def school():
    return make_institution(name="Fairview", is_published=True)


@pytest.fixture
def owner(client, school):
    client.force_login(make_member(institution=school, role="owner").user)
    return client


def invite(client, school, email="ann@school.example", role="advisor"):
    sent = {"institution": school.pk, "email": email, "role": role}
    return client.post(ADD, sent, follow=True)


def read_link(mailbox, number=-1):
    (link,) = re.findall(r"(/invitation/\S+)", mailbox[number].body)
    return link


def members(school):
    return set(school.memberships.values_list("user__email", "role"))


def test_new_person_makes_an_account_and_joins(owner, school, mailoutbox):
    invite(owner, school, email="Ann@School.Example")
    visitor = Client()
    link = read_link(mailoutbox)

    opened = visitor.get(link)
    before = members(school)
    done = visitor.post(link, NEW)

    assert mailoutbox[0].to == ["ann@school.example"]
    assert 'name="password"' in opened.content.decode()
    assert len(before) == 1
    assert "You are a member now" in done.content.decode()
    assert ("ann@school.example", "advisor") in members(school)
    user = get_user_model().objects.get(email="ann@school.example")
    assert (user.is_staff, user.is_superuser, user.get_full_name()) == (True, False, "Ann Advisor")
    assert Client().login(username=user.get_username(), password=NEW["password"])


def test_link_works_once(owner, school, mailoutbox):
    invite(owner, school)
    link = read_link(mailoutbox)
    Client().post(link, NEW)

    again = Client().post(link, NEW | {"first_name": "Eve"})

    assert again.status_code == 404
    assert get_user_model().objects.filter(email="ann@school.example").count() == 1


def test_person_with_an_account_signs_in_first(owner, school, mailoutbox):
    user = make_user(email="Ann@school.example")
    invite(owner, school)
    link, visitor = read_link(mailoutbox), Client()

    asked = visitor.post(link, NEW)
    assert "Sign in first" in asked.content.decode()
    assert len(members(school)) == 1
    visitor.force_login(user)
    visitor.get(link)
    assert len(members(school)) == 1
    visitor.post(link)

    assert (user.email, "advisor") in members(school)
    assert get_user_model().objects.count() == 2


def test_link_is_worth_nothing_to_who_has_another_address(owner, school, mailoutbox):
    invite(owner, school)
    stranger = Client()
    stranger.force_login(make_user(email="eve@school.example", is_staff=True))

    page = stranger.post(read_link(mailoutbox), NEW)

    assert "another email address" in page.content.decode()
    assert len(members(school)) == 1


@pytest.mark.parametrize("address", ["ann@school.exampIe.example", "ａnn2@school.example"])
def test_address_that_only_looks_alike_is_another(owner, school, mailoutbox, address):
    user = make_user(email="ann@school.example")
    invite(owner, school, email=address)
    visitor = Client()
    visitor.force_login(user)

    visitor.post(read_link(mailoutbox))

    assert len(members(school)) == 1


def test_expired_link_does_nothing(owner, school, mailoutbox):
    invite(owner, school)

    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        page = Client().post(read_link(mailoutbox), NEW)

    assert page.status_code == 404
    assert "cannot be used" in page.content.decode()
    assert len(members(school)) == 1


@pytest.mark.parametrize("action", ["withdraw", "send_again"])
def test_old_link_ends_when_it_is_withdrawn_or_sent_again(owner, school, mailoutbox, action):
    invite(owner, school)
    first = read_link(mailoutbox)

    owner.post(LIST, {"action": action, "_selected_action": [school.invitations.get().pk]})

    assert Client().post(first, NEW).status_code == 404
    assert len(members(school)) == 1
    if action == "send_again":
        Client().post(read_link(mailoutbox), NEW)
        assert len(members(school)) == 2


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_same_answer_whoever_the_address_belongs_to(owner, school, mailoutbox):
    other = make_institution()
    make_member(institution=other, role="owner", user=make_user(email="boss@school.example"))
    make_user(email="root@school.example", is_superuser=True, is_staff=True)
    addresses = ["boss@school.example", "root@school.example", "free@school.example"]

    answers = [said(invite(owner, school, email=one)) for one in addresses]

    told = {str(one).replace(email, "…") for one, email in zip(answers, addresses, strict=True)}
    assert len(told) == 1
    assert [message.to for message in mailoutbox] == [[one] for one in addresses]
    assert len({re.sub(r"/invitation/\S+", "", message.body) for message in mailoutbox}) == 1
    assert len(members(school)) == 1


@pytest.mark.parametrize("name", ["root", "root@school.example", "nobody", "boss"])
def test_membership_is_not_given_by_naming_somebody(owner, school, name):
    make_user(username="root", email="root@school.example", is_superuser=True, is_staff=True)
    make_member(institution=make_institution(), user=make_user(username="boss"))
    sent = {"institution": school.pk, "user": name, "role": "advisor"}

    answers = {owner.post("/admin/hcprograms/membership/add/", sent).status_code}
    answers.add(owner.get("/admin/hcprograms/membership/add/").status_code)

    assert answers == {403}
    assert len(members(school)) == 1


def test_administrator_of_the_site_still_adds_members(client, school):
    client.force_login(make_user(is_superuser=True, is_staff=True))
    make_user(username="ann", email="ann@school.example")
    page = client.get("/admin/hcprograms/membership/add/")
    sent = {"institution": school.pk, "user": "ann", "role": "viewer"}
    for one in page.context["inline_admin_formsets"]:
        form = one.formset.management_form
        sent |= {field.html_name: field.value() for field in form}

    client.post("/admin/hcprograms/membership/add/", sent)

    assert members(school) == {("ann@school.example", "viewer")}


@pytest.mark.parametrize("role", ["advisor", "editor", "viewer"])
def test_who_may_not_change_members_invites_nobody(client, school, mailoutbox, role):
    client.force_login(make_member(institution=school, role=role).user)

    assert client.get(LIST).status_code == 403
    assert invite(client, school).status_code == 403
    assert mailoutbox == []


@pytest.mark.parametrize("own", [True, False])
def test_manager_invites_no_owner_and_nobody_to_another_school(client, school, mailoutbox, own):
    client.force_login(make_member(institution=school, role="manager").user)
    where = school if own else make_institution()

    invite(client, where, role="owner" if own else "viewer")

    assert mailoutbox == []
    assert not where.invitations.exists()


def test_one_open_invitation_for_an_address(owner, school, mailoutbox):
    invite(owner, school)
    page = invite(owner, school, email="ANN@school.example")

    assert "invited already" in page.content.decode()
    assert len(mailoutbox) == 1


def test_weak_password_is_refused(owner, school, mailoutbox, settings):
    settings.AUTH_PASSWORD_VALIDATORS = [
        {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}
    ]
    invite(owner, school)
    link = read_link(mailoutbox)

    page = Client().post(link, NEW | {"password": "abc", "again": "abc"})
    other = Client().post(link, NEW | {"again": "k3-other-zzz"})

    assert "too short" in page.content.decode()
    assert "not the same" in other.content.decode()
    assert len(members(school)) == 1


def test_host_may_switch_new_accounts_off(owner, school, mailoutbox, settings):
    settings.HCPROGRAMS = {**settings.HCPROGRAMS, "INVITED_ACCOUNTS": False}
    invite(owner, school)

    page = Client().post(read_link(mailoutbox), NEW)

    assert "administrator" in page.content.decode()
    assert not get_user_model().objects.filter(email="ann@school.example").exists()


def test_failure_of_the_mail_server_is_said(owner, school, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    page = invite(owner, school)

    assert "was not sent" in said(page)[0]
    assert school.invitations.get().accepted_at is None


def test_member_who_is_there_already_stays_as_they_are(owner, school, mailoutbox):
    member = make_member(
        institution=school, role="advisor", user=make_user(email="ann@school.example")
    )
    invite(owner, school, role="viewer")
    visitor = Client()
    visitor.force_login(member.user)

    done = visitor.post(read_link(mailoutbox)).content.decode()

    assert "Your role is: advisor." in done
    kept = Membership.objects.get(pk=member.pk)
    assert (kept.role, kept.receives_leads, kept.is_active) == ("advisor", True, True)


def test_opening_needs_a_post_with_the_pages_own_token(owner, school, mailoutbox):
    user = make_user(email="ann@school.example")
    invite(owner, school)
    visitor = Client(enforce_csrf_checks=True)
    visitor.force_login(user)

    assert visitor.post(read_link(mailoutbox)).status_code == 403
    assert len(members(school)) == 1


def test_pages_let_browsers_say_that_the_form_is_theirs(owner, school, mailoutbox):
    """With “no-referrer”, browsers send ``Origin: null`` with the form, which Django refuses."""
    invite(owner, school)
    visitor = Client(enforce_csrf_checks=True)
    link = read_link(mailoutbox)

    page = visitor.get(link)
    allows = page["Referrer-Policy"] != "no-referrer"
    sent = NEW | {"csrfmiddlewaretoken": page.context["csrf_token"]}
    origin = "http://testserver" if allows else "null"
    done = visitor.post(link, sent, headers={"Origin": origin})

    assert page["Referrer-Policy"] == "same-origin"  # the link leaks to no other site
    assert done.status_code == 200
    assert ("ann@school.example", "advisor") in members(school)


@pytest.mark.parametrize("token", ["x", "x" * 500, "%00", "..", "\N{PILE OF POO}"])
def test_token_that_was_made_up_opens_nothing(client, token):
    response = client.post(f"/invitation/{token}/", NEW)

    assert response.status_code == 404
