"""A file of an applicant as an answer to a browser: to save, never to show or to run."""

from django.http import FileResponse

from hcprograms.institutions.absolute_urls import get_absolute_url
from hcprograms.leads.models.files import LeadFile
from hcprograms.leads.uploads import media_type, read_upload


def send_file(file: LeadFile) -> FileResponse:
    """The file as a download. Raises whatever the storage raises when it cannot be read.

    It is a stranger's: even if a browser showed it in spite of everything, it could do nothing.
    """
    response = FileResponse(
        read_upload(file.upload),
        as_attachment=True,
        filename=file.upload.name,
        content_type=media_type(file.upload),
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def address_file(file: LeadFile, *, token: str) -> str:
    """Where the person who holds this token of their own page gets the file."""
    return get_absolute_url("hcprograms:my_request_file", token, file.upload.public_id)
