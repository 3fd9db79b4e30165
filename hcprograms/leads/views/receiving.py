"""Takes the files of a submit in, before anything else of it is looked at."""

from django.http import HttpRequest

from hcprograms.conf import conf
from hcprograms.leads.asking import TOKEN_FIELD, AskPage
from hcprograms.leads.file_fields import GivenFile
from hcprograms.leads.networks import get_site, is_public
from hcprograms.leads.rate_limits import hash_asker
from hcprograms.leads.receiving import Desk, list_file_questions, read_posted
from hcprograms.leads.visitor import find_client_ip


def receive_files(request: HttpRequest, page: AskPage, *, may_send: bool) -> None:
    """Keep the files that fit; from now on ``request.POST`` says of each what became of it.

    None is kept without a token that was made for this form, however long ago. ``may_send``:
    False where the network sends too often; then none is let in. Raises
    :class:`~hcprograms.leads.receiving.BodyTooLargeError`.
    """
    ip_address = find_client_ip(request)
    desk = Desk(
        page.form.institution,
        list_file_questions(page.questions),
        page.now,
        network=hash_asker(get_site(ip_address)) if ip_address else "",
        # Behind a proxy that the settings do not name, all visitors seem to be one.
        least_share=0 if is_public(ip_address) else conf.waiting_files_bytes,
    )
    request.POST = read_posted(  # type: ignore[assignment]
        request,
        desk=desk,
        may_send=may_send,
        is_genuine=lambda posted: page.has_made(posted.get(TOKEN_FIELD, "")),
    )


def name_typed(request: HttpRequest, field: str) -> list[str]:
    """What was typed into a field, for the log: of a file its name only."""
    return [one.name if isinstance(one, GivenFile) else one for one in request.POST.getlist(field)]
