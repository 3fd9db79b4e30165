"""Parsing a form that asks for files: size limits while it comes in, type checks and storage.

A file that fits its question is put into the storage at once, whatever else is wrong with the
form: the page that shows the errors brings it back by a signed reference. In the data that the
form is bound to, each file question has a :class:`~hcprograms.leads.file_fields.GivenFile` or "".
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.models import Institution
from hcprograms.leads import tokens
from hcprograms.leads.file_fields import (
    CHOOSE_AGAIN,
    GivenFile,
    NewFile,
    describe_limits,
    name_removal,
)
from hcprograms.leads.file_types import (
    ActiveContentError,
    MisleadingNameError,
    clean_name,
    recognise,
    show_name,
)
from hcprograms.leads.models.questions import Question
from hcprograms.leads.questions import name_field
from hcprograms.leads.uploads import NotStoredError, find_upload, keep_upload

MAX_TEXT = 100_000
"""Bytes of the longest honest submit without its files, several times over."""
SLACK = 50_000_000
"""How much too large a body is read all the same, to answer with the form and not with a wall."""


NOT_TAKEN = _("“%(name)s” was not taken: choose it again when you send the form.")


class BodyTooLargeError(Exception):
    """So large that it is not even read. ``most``: the bytes that all files may have together."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(most)


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """Which files a form takes: those of its institution's file questions, at this moment."""

    institution: Institution
    questions: Sequence[Question]
    now: datetime
    network: str = ""
    """Where the files come from, so that no sender takes all the room that there is."""
    least_share: int = 0
    """Bytes of that room that the network may take at least."""

    @property
    def most(self) -> int:
        return sum(one.max_bytes for one in self.questions)


def list_file_questions(questions: Sequence[Question]) -> list[Question]:
    return [one for one in questions if one.kind == Question.Kind.FILE]


def parse_form(
    request: HttpRequest,
    *,
    limits: UploadLimits,
    may_send: bool = True,
    is_genuine: Callable[[QueryDict], bool] = lambda posted: True,
) -> QueryDict:
    """The posted data with an answer for each file question; the bare data where there is none.

    ``may_send``: False lets no file in at all. ``is_genuine`` says of the other fields whether
    the form's own page was sent: only then a file is put into the storage. Raises
    :class:`BodyTooLargeError`.
    """
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if not limits.questions:
        if length > MAX_TEXT:
            raise BadRequest("The form is far too long.")
        return request.POST
    if length > MAX_TEXT + limits.most + SLACK:
        raise BodyTooLargeError(limits.most)
    sizes = {name_field(one.key): one.max_bytes for one in limits.questions} if may_send else {}
    handler = _install_upload_handler(request, sizes)
    posted = request.POST.copy()
    if count_text(posted) > MAX_TEXT:
        raise BadRequest("The form is far too long.")
    keeps = may_send and is_genuine(posted)
    for question in limits.questions:
        name = name_field(question.key)
        kept = _find_kept(posted, question, limits)
        found = _look_at(request, question, handler.too_large)
        if not may_send and name in handler.seen:
            found = _refuse(handler.seen[name], NOT_TAKEN)
        if isinstance(found, NewFile):
            found = _keep(found, question, limits) if keeps else _refuse(found.name, NOT_TAKEN)
        posted.setlist(name, [_choose(found, kept)])  # type: ignore[list-item]
    return posted


def parse_text(request: HttpRequest) -> QueryDict:
    """The posted text of a form that is closed; none where there is more of it than any form has.

    Files are not let in, and a body that is too large is not read.
    """
    discard_uploads(request)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_TEXT + SLACK:
        return QueryDict()
    return request.POST if count_text(request.POST) <= MAX_TEXT else QueryDict()


def count_text(posted: QueryDict) -> int:
    """Return how many characters the names and values of the fields have together."""
    return sum(len(name) + sum(map(len, values)) for name, values in posted.lists())


class FormUploadHandler(FileUploadHandler):
    """Stops a file that is too large, or that no question asks for, while it comes in.

    Each file is skipped at its first surplus chunk, when all handlers know of it: skipping it
    earlier would close the file before it.
    """

    def __init__(self, max_bytes: dict[str, int], request: HttpRequest) -> None:
        super().__init__(request)
        self.max_bytes = max_bytes
        self.too_large: dict[str, str] = {}
        """Field → name of the file that was too large."""
        self.seen: dict[str, str] = {}
        """Field → name of its first file, taken or not."""
        self.is_surplus = False
        self.size = 0

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, file_name, *args, **kwargs)
        self.size = 0
        self.is_surplus = field_name not in self.max_bytes or field_name in self.seen
        self.seen.setdefault(field_name, file_name)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.size += len(raw_data)
        if self.is_surplus:
            raise SkipFile
        if self.size > self.max_bytes[str(self.field_name)]:
            self.too_large[str(self.field_name)] = str(self.file_name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def discard_uploads(request: HttpRequest) -> dict[str, str]:
    """Let no file in, unless a form asks for it; return the files discarded so far.

    Field → name. To be called before the body is read, and once more afterwards to ask.
    """
    if request.content_type != "multipart/form-data":
        return {}
    for one in request.upload_handlers:
        if isinstance(one, FormUploadHandler):
            return one.seen
    return _install_upload_handler(request, {}).seen


def _install_upload_handler(request: HttpRequest, max_bytes: dict[str, int]) -> FormUploadHandler:
    handler = FormUploadHandler(max_bytes, request)
    others = [one for one in request.upload_handlers if not isinstance(one, FormUploadHandler)]
    # Refused when somebody has read the body before us: then there is nothing left to watch.
    with suppress(AttributeError):
        request.upload_handlers = [handler, *others]
    return handler


def _look_at(
    request: HttpRequest, question: Question, too_large: Mapping[str, str]
) -> NewFile | GivenFile | None:
    """The file sent in answer to the question, if it fits, or why not; None for no file."""
    name = name_field(question.key)
    files = request.FILES.getlist(name)
    if name in too_large:
        return _refuse(too_large[name], _too_large(question))
    return _check(files[0], question) if files else None


def _check(file: "UploadedFile[Any]", question: Question) -> NewFile | GivenFile:
    sent = str(file.name or "")
    if not file.size:
        return _refuse(sent, _("“%(name)s” is empty. Choose another file."))
    if file.size > question.max_bytes:
        return _refuse(sent, _too_large(question))
    try:
        kind = recognise(file)  # type: ignore[arg-type]
        if kind is None or kind.group not in question.file_types:
            return _refuse(sent, _not_asked_for(question))
        return NewFile(clean_name(sent, kind=kind), kind.key, file)
    except ActiveContentError:
        return _refuse(sent, _("“%(name)s” contains macros. Save it without them, or as PDF."))
    except MisleadingNameError:
        return _refuse(sent, _not_asked_for(question))


def _refuse(name: str, why: Any) -> GivenFile:
    shown = show_name(name)
    return GivenFile(shown, error=why % {"name": shown})


def _too_large(question: Question) -> str:
    return _("“%(name)s” is too large: at most %(most)s. Choose a smaller file.") % {
        "name": "%(name)s",
        "most": filesizeformat(question.max_bytes),
    }


def _not_asked_for(question: Question) -> str:
    return _("“%(name)s” is not a file of a kind that can be sent here: %(limits)s") % {
        "name": "%(name)s",
        "limits": describe_limits(question),
    }


def _find_kept(posted: QueryDict, question: Question, limits: UploadLimits) -> GivenFile | str:
    """The file that the page brought back, or that it is gone; empty for none."""
    name = name_field(question.key)
    # A browser sends an empty file input, too: as a second, empty value.
    text = next(filter(None, posted.getlist(name)), "")
    if not text or posted.get(name_removal(name)):
        return ""
    public_id = tokens.open_upload(text, question=question.pk, now=limits.now)
    upload = public_id and find_upload(
        public_id=public_id, institution=limits.institution, now=limits.now
    )
    return _bring_back(upload, question, limits) if upload else GivenFile(error=CHOOSE_AGAIN)


def _keep(new: NewFile, question: Question, limits: UploadLimits) -> GivenFile:
    try:
        upload = keep_upload(
            institution=limits.institution,
            name=new.name,
            kind=new.kind,
            content=new.content,
            network=limits.network,
            least_share=max(limits.least_share, limits.most),
            now=limits.now,
        )
    except NotStoredError:
        words = _("We cannot store “%(name)s” at this moment. Choose it again in a minute.")
        return _refuse(new.name, words)
    return _bring_back(upload, question, limits)


def _bring_back(upload: Any, question: Question, limits: UploadLimits) -> GivenFile:
    reference = tokens.sign_upload(upload=upload.public_id, question=question.pk, now=limits.now)
    return GivenFile(upload.name, upload, reference)


def _choose(found: GivenFile | None, kept: GivenFile | str) -> GivenFile | str:
    """A new file replaces the one kept before; a refused one leaves it."""
    if found is None:
        return kept
    if found.error and isinstance(kept, GivenFile) and kept.upload:
        return GivenFile(found.name, kept.upload, kept.reference, found.error)
    return found
