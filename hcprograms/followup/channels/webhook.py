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
from hcprograms.followup.channels.watchdog import Watchdog
from hcprograms.followup.webhooks.targets import is_allowed_target

GONE = 410
USER_AGENT = "hcprograms-webhooks/1"


class WebhookChannel(Channel):
    """POSTs ``message.text`` to ``message.to``. Any 2xx means taken; all else may be tried again,
    because a receiver tells copies by their id. 410 means that nobody wants it any more."""

    key = "webhook"

    def __init__(self) -> None:
        self._watchdog = Watchdog()

    def send(self, message: Message) -> None:
        seconds = conf.webhook_deadline_seconds
        try:
            with self._watchdog.deadline(seconds):
                status = self._post(message, seconds)
                if self._watchdog.has_cut:
                    raise TimeoutError("no whole answer in time")
        except (OSError, HTTPException, ValueError) as error:
            raise TryLater(f"{type(error).__name__}: {error}"[:300]) from error
        if status == GONE:
            raise Gone("410: the address is gone.")
        if not 200 <= status <= 299:
            raise TryLater(f"The other system answered {status}.")

    def close(self) -> None:
        self._watchdog.stop()

    def _post(self, message: Message, seconds: float) -> int:
        parts = urlsplit(message.to)
        path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        headers = {"User-Agent": USER_AGENT, "Connection": "close", **message.headers}
        with self._connect(message.to, seconds) as connection:
            connection.request("POST", path, message.text.encode(), headers)
            return int(connection.getresponse().status)

    @contextmanager
    def _connect(self, url: str, seconds: float) -> Iterator[HTTPConnection]:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        is_safe = parts.scheme == "https"
        line = self._open(host, port, seconds)
        kind = HTTPSConnection if is_safe else HTTPConnection
        connection = kind(host, port, timeout=seconds)
        connection.sock = line
        try:
            if is_safe:
                connection.sock = _tls().wrap_socket(line, server_hostname=host)
            yield connection
        finally:
            connection.close()

    def _open(self, host: str, port: int, seconds: float) -> socket.socket:
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
                line = socket.create_connection((str(where[0]), port), timeout=seconds)
            except OSError as error:
                trouble = error
                continue
            self._watchdog.watch(line)
            return line
        raise trouble


@cache
def _tls() -> Any:
    return ssl.create_default_context()
