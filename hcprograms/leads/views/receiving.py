"""Takes the files of a submit in, before anything else of it is looked at."""

from django.http import HttpRequest

from hcprograms.leads.asking import AskPage
from hcprograms.leads.file_fields import GivenFile
from hcprograms.leads.limits import measure_frequency
from hcprograms.leads.receiving import Desk, list_file_questions, read_posted
from hcprograms.leads.visitor import find_client_ip


def receive_files(request: HttpRequest, page: AskPage) -> None:
    """Keep the files that fit; from now on ``request.POST`` says of each what became of it.

    Where an address sends too often none is kept. Raises
    :class:`~hcprograms.leads.receiving.BodyTooLargeError`.
    """
    desk = Desk(page.form.institution, list_file_questions(page.questions), page.now)
    keeps = not desk.questions or not _is_flood(request, page)
    request.POST = read_posted(request, desk=desk, keeps=keeps)  # type: ignore[assignment]


def name_typed(request: HttpRequest, field: str) -> list[str]:
    """What was typed into a field, for the log: of a file its name only."""
    return [one.name if isinstance(one, GivenFile) else one for one in request.POST.getlist(field)]


def _is_flood(request: HttpRequest, page: AskPage) -> bool:
    frequency = measure_frequency(
        institution=page.form.institution, ip_address=find_client_ip(request), now=page.now
    )
    return bool(frequency.seconds_to_wait)
