"""Names and addresses as mail headers hold them: whatever cannot be written is left out."""

from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

from django.conf import settings

from hcprograms.conf import conf
from hcprograms.followup.wording.filling import one_line
from hcprograms.institutions.email_addresses import format_email


def format_person(name: str, address: str) -> str:
    """Return “name <address>”; empty where no header can hold the address."""
    email = format_email(address)
    return formataddr((one_line(name), email)) if email else ""


def format_sender(name: str) -> str:
    """Return the site's own address under this name, as it stands in From."""
    return formataddr((one_line(name), get_sender_address()))


def get_sender_address() -> str:
    """Return the site's own address, without a name."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return format_email(address) or address


def get_message_host() -> str:
    """Return the host that Message-IDs of this site end with."""
    host = urlsplit(conf.site_url).hostname or get_sender_address().rpartition("@")[2]
    return host if host and host.isascii() else "localhost"
