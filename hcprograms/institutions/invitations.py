"""Invitations: a person becomes a member of an institution by accepting one."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.institutions.absolute_urls import get_absolute_url
from hcprograms.institutions.email_addresses import is_same_email
from hcprograms.institutions.models import Invitation, Membership

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MAX_AGE = timedelta(days=7)
MAX_TOKEN = 100


class InvitationClosedError(Exception):
    """The invitation was accepted, withdrawn or has expired, or is for another address."""


def renew_invitation(*, invitation: Invitation, now: datetime) -> str:
    """Give the invitation a new token and seven days; return the token. Saves nothing."""
    token = secrets.token_urlsafe(32)
    invitation.token_hash = _hash(token)
    invitation.expires_at = now + MAX_AGE
    return token


def withdraw_invitation(*, invitation: Invitation, now: datetime) -> bool:
    """End an open invitation; return whether it was open."""
    rows = Invitation.objects.open().filter(pk=invitation.pk)
    return bool(rows.update(withdrawn_at=now))


def find_invitation(token: str, *, now: datetime) -> Invitation | None:
    """Return the invitation of a token that can still be accepted, or None."""
    if len(token) > MAX_TOKEN:
        return None
    rows = Invitation.objects.open().select_related("institution")
    return rows.filter(token_hash=_hash(token), expires_at__gt=now).first()


def send_invitation(*, invitation: Invitation, token: str) -> None:
    """Send the link. Raises what the mail backend raises."""
    institution = invitation.institution
    context = {
        "school": institution.name,
        "role": invitation.get_role_display(),
        "url": get_absolute_url("hcprograms:invitation", token),
    }
    text = _(
        "%(school)s invites you to work with its requests and programs, as %(role)s.\n\n"
        "Open this link within seven days to accept. It works once, and for this address only:\n"
        "%(url)s\n\n"
        "If you do not know why you get this, do nothing: nobody is signed up.\n"
    )
    name = " ".join(institution.name.split())
    EmailMessage(
        subject=_("%(school)s invites you") % {"school": name},
        body=text % context,
        from_email=formataddr((name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[invitation.email],
        reply_to=[institution.email] if institution.email else None,
    ).send()


def has_account(invitation: Invitation) -> bool:
    """Whether somebody can sign in to this site with the address of the invitation."""
    return any(_find_users(invitation.email))


def is_for(invitation: Invitation, user: Any) -> bool:
    """Whether the user who is signed in has the address of the invitation."""
    address = str(getattr(user, user.get_email_field_name(), "") or "")
    return bool(user.is_active) and is_same_email(address, invitation.email)


def accept_invitation(*, invitation: Invitation, user: "User", now: datetime) -> Membership:
    """Make the user a member, once. Raises :class:`InvitationClosedError`."""
    with transaction.atomic():
        row = Invitation.objects.open().select_for_update(of=("self",)).filter(pk=invitation.pk)
        fresh = row.filter(token_hash=invitation.token_hash, expires_at__gt=now).first()
        if fresh is None or not is_for(fresh, user):
            raise InvitationClosedError
        member, is_new = Membership.objects.get_or_create(
            institution_id=fresh.institution_id, user=user, defaults={"role": fresh.role}
        )
        if not is_new and not member.is_active:
            member.is_active, member.role = True, fresh.role
            member.receives_leads = member.is_fallback = False
            member.save()
        if not user.is_staff:
            user.is_staff = True
            user.save(update_fields=["is_staff"])
        fresh.accepted_at = now
        fresh.save(update_fields=["accepted_at"])
    return member


def create_account(
    *, invitation: Invitation, names: Mapping[str, str], password: str, now: datetime
) -> "User":
    """Create the account of the invited person and accept. Raises :class:`InvitationClosedError`.

    The address was shown to be theirs: only its mailbox has the link.
    """
    model: Any = get_user_model()
    with transaction.atomic():
        # One at a time: two clicks must not make two accounts.
        Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if has_account(invitation):
            raise InvitationClosedError
        fields = {
            model.USERNAME_FIELD: _find_login_name(invitation.email),
            model.get_email_field_name(): invitation.email,
            "is_staff": True,
        }
        known = {field.name for field in model._meta.fields}
        fields |= {name: value for name, value in names.items() if name in known}
        user: User = model._default_manager.create_user(password=password, **fields)
        accept_invitation(invitation=invitation, user=user, now=now)
    return user


def _find_users(email: str) -> list[Any]:
    """Users with this address, however it is written."""
    model: Any = get_user_model()
    name = model.get_email_field_name()
    domain = email.rpartition("@")[2]
    rows = model._default_manager.exclude(**{name: ""})
    near = rows.filter(**{f"{name}__iendswith": domain}) if domain.isascii() else rows
    return [one for one in near if is_same_email(getattr(one, name), email)]


def _find_login_name(email: str) -> str:
    """The address, or with a number behind it where somebody has that login name."""
    model: Any = get_user_model()
    longest = model._meta.get_field(model.USERNAME_FIELD).max_length or 150
    base = email[: longest - 5]
    names, number = base, 1
    while model._default_manager.filter(**{f"{model.USERNAME_FIELD}__iexact": names}).exists():
        number += 1
        names = f"{base}{number}"
    return names


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
