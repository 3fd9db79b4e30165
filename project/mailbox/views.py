"""Pages of the demo's mailbox."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from project.mailbox.reading import Mail, read_mail, read_mails

HTML_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
NEW_WINDOW = '<base target="_blank">'


@require_safe
@never_cache
def mail_list(request: HttpRequest) -> HttpResponse:
    return render(request, "mailbox/list.html", {"mails": read_mails()})


@require_safe
@never_cache
def mail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "mailbox/mail.html", {"mail": _found(name)})


@require_safe
@never_cache
@xframe_options_sameorigin
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """Serve the HTML part as it is, in a sandbox: no script, no form, links in a new window."""
    html = _found(name).html
    return HttpResponse(
        html.replace("<head>", f"<head>{NEW_WINDOW}", 1),
        headers={"Content-Security-Policy": HTML_POLICY},
    )


def _found(name: str) -> Mail:
    found = read_mail(name)
    if not found:
        raise Http404
    return found
