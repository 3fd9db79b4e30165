"""The page on which an invitation is accepted. Opening it changes nothing; only a POST does."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hcprograms.conf import conf
from hcprograms.institutions.invitation_forms import AccountForm
from hcprograms.institutions.invitations import (
    InvitationClosedError,
    accept_invitation,
    create_account,
    find_invitation,
    has_account,
    is_for,
)
from hcprograms.institutions.models import Invitation

TEMPLATE = "hcprograms/institutions/invitation.html"


@sensitive_post_parameters("password", "again")
@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: signed in, or with an account that is made here."""
    now = timezone.now()
    found = find_invitation(token, now=now)
    if found is None:
        return _show(request, {"state": "closed"}, status=404)
    state, member = _find_state(request, found), None
    form = AccountForm(
        request.POST if request.method == "POST" and state == "create" else None, email=found.email
    )
    try:
        if request.method == "POST" and state == "accept":
            member = accept_invitation(invitation=found, user=_who(request), now=now)
            state = "done"
        elif state == "create" and form.is_valid():
            names = {name: form.cleaned_data[name] for name in ("first_name", "last_name")}
            create_account(
                invitation=found, names=names, password=form.cleaned_data["password"], now=now
            )
            state = "created"
    except InvitationClosedError:
        return _show(request, {"state": "closed"}, status=409)
    context = {"state": state, "invitation": found, "form": form, "member": member}
    return _show(request, context)


def _find_state(request: HttpRequest, found: Invitation) -> str:
    """What the person can do: accept, sign in first, or make an account."""
    user: Any = _who(request)
    if user.is_authenticated:
        return "accept" if is_for(found, user) else "other"
    if has_account(found):
        return "sign_in"
    return "create" if conf.invited_accounts else "no_account"


def _who(request: HttpRequest) -> Any:
    return request.user


def _show(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = render(request, TEMPLATE, context, status=status)
    response["Referrer-Policy"] = "same-origin"
    return response
