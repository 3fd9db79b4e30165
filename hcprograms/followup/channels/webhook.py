"""Requests to other systems: to public addresses only, without redirects, with a deadline.

The name is resolved once, the address looked at, and the connection made to that very address,
so that a name that changes its mind in between leads nowhere else.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from hcprograms.conf import conf
from hcprograms.followup.channels.base import Channel, Gone, Message, Refused, TryLater
from hcprograms.followup.channels.time_limit import LimitedSocket, get_seconds_left, time_limit
from hcprograms.followup.webhooks.targets import is_allowed_target

GONE = 410
USER_AGENT = "hcprograms-webhooks/1"


class WebhookChannel(Channel):
    """POSTs ``message.text`` to ``message.to``. Any 2xx means taken; all else may be tried again,
    because a receiver tells copies by their id. 410 means that nobody wants it any more."""

    key = "webhook"

    def send(self, message: Message) -> None:
        try:
            with time_limit(conf.webhook_deadline_seconds):
                status = self._post(message)
        except (OSError, HTTPException, ValueError) as error:
            raise TryLater(f"{type(error).__name__}: {error}"[:300]) from error
        if status == GONE:
            raise Gone("410: the address is gone.")
        if not 200 <= status <= 299:
            raise TryLater(f"The other system answered {status}.")

    def _post(self, message: Message) -> int:
        parts = urlsplit(message.to)
        path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        headers = {"User-Agent": USER_AGENT, "Connection": "close", **message.headers}
        with self._connect(message.to) as connection:
            connection.request("POST", path, message.text.encode(), headers)
            return int(connection.getresponse().status)

    @contextmanager
    def _connect(self, url: str) -> Iterator[HTTPConnection]:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        is_safe = parts.scheme == "https"
        connected = self._open(host, port)
        # HTTPS or not decides whether the port stands in the Host header.
        connection = (HTTPSConnection if is_safe else HTTPConnection)(host, port)
        try:
            if is_safe:
                # The handshake as a whole obeys the socket's timeout.
                connected.settimeout(get_seconds_left())
                connected = _tls().wrap_socket(connected, server_hostname=host)
            connection.sock = LimitedSocket(connected)
            yield connection
        finally:
            connection.close()
            connected.close()

    def _open(self, host: str, port: int) -> socket.socket:
        """Connect to an address of the host; refuse if any of them is not allowed."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        allowed = [ip_network(one) for one in conf.webhook_networks]
        for *_, where in found:
            if not is_allowed_target(ip_address(str(where[0]).partition("%")[0]), allowed=allowed):
                raise Refused(f"“{host}” does not lead to a public address.")
        trouble = OSError(f"“{host}” has no address.")
        for _family, _kind, _protocol, _name, where in found:
            try:
                # By address, not by name: looked up again it might be another one.
                return socket.create_connection((str(where[0]), port), get_seconds_left())
            except OSError as error:
                trouble = error
        raise trouble


@cache
def _tls() -> Any:
    return ssl.create_default_context()
