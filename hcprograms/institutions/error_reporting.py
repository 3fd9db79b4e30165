"""Error reports and log lines without personal data."""

import traceback
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

KEPT_META = ("CONTENT_LENGTH", "CONTENT_TYPE", "REQUEST_METHOD", "SERVER_NAME", "SERVER_PORT")


def format_error(error: BaseException) -> str:
    """Kind and place of an error, for a log line. Its text may quote a name or an address."""
    frames = traceback.extract_tb(error.__traceback__)
    kind = type(error).__name__
    if not frames:
        return kind
    last = frames[-1]
    return f"{kind} in {last.name} ({last.filename.rpartition('/')[2]}, line {last.lineno})"


class PersonalDataFilter(SafeExceptionReporterFilter):
    """Keep only where an error happened, and nothing that was sent or read.

    A host names it in ``DEFAULT_EXCEPTION_REPORTER_FILTER``. With ``DEBUG`` everything is shown,
    as everywhere in Django.
    """

    def get_post_parameters(self, request: HttpRequest | None) -> Any:
        if request is None or not self.is_active(request):
            return super().get_post_parameters(request)
        return dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> Any:
        if not self.is_active(request):
            return super().get_traceback_frame_variables(request, tb_frame)
        return [(name, self.cleansed_substitute) for name in tb_frame.f_locals]

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        found: dict[str, Any] = super().get_safe_request_meta(request)
        if not self.is_active(request):
            return found
        return {key: value for key, value in found.items() if key in KEPT_META}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        return {} if self.is_active(request) else super().get_safe_cookies(request)
