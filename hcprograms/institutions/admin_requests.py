"""Who asks in the admin: their scope, and their institution's time, around view and rendering."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from hcprograms.institutions.access import Access, find_access
from hcprograms.institutions.history import acting
from hcprograms.institutions.hours import read_zone

View = Callable[..., HttpResponseBase]
Method = Callable[..., HttpResponseBase]


def access_of(request: HttpRequest) -> Access:
    """What the person behind this request may do; looked up once per request."""
    known: Access | None = getattr(request, "_hcprograms_access", None)
    if known is None:
        known = find_access(user=request.user)
        request._hcprograms_access = known  # type: ignore[attr-defined]
    return known


def in_scope(view: View) -> View:
    """The view, run and rendered inside the scope of the person who asks, and in their name."""

    @wraps(view)
    def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with at_work(access_of(request)), acting(user_id=request.user.pk):
            response = view(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response.render = rendered_in_scope(response, access_of(request))  # type: ignore[method-assign]
        return response

    scoped.is_scoped = True  # type: ignore[attr-defined]
    return scoped


@contextmanager
def at_work(access: Access) -> Iterator[None]:
    """The person's scope; times are read and written as the clock of their institution shows them.

    Who works in several institutions, or in all, keeps the site's own time.
    """
    zone = timezone.override(read_zone(access.time_zone)) if access.time_zone else nullcontext()
    with access.scope(), zone:
        yield


def rendered_in_scope(
    response: SimpleTemplateResponse, access: Access
) -> Callable[[], SimpleTemplateResponse]:
    """The response's own ``render``, which Django calls after the view has returned."""
    render = response.render

    def render_in_scope() -> SimpleTemplateResponse:
        with at_work(access):
            return render()

    return render_in_scope


def require_post(get_page: Callable[..., str]) -> Callable[[Method], Method]:
    """Let a method of an admin answer POST only; GET is sent to the page that has its button.

    A browser asks by GET when the person was signed out before they pressed the button: the
    sign-in page sends them on to the address of the button. ``get_page`` takes the arguments of
    the address and returns the address of the page.
    """

    def decorate(method: Method) -> Method:
        @wraps(method)
        def answer(
            owner: object, request: HttpRequest, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            if request.method in ("GET", "HEAD"):
                text = _("You were signed out, so this was not done. Please do it again.")
                messages.warning(request, text)
                return HttpResponseRedirect(get_page(*args, **kwargs))
            if request.method != "POST":
                return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
            return method(owner, request, *args, **kwargs)

        return answer

    return decorate
