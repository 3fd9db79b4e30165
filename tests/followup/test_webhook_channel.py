"""Requests to a real server that behaves well, badly, or not at all."""

import socket
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hcprograms.followup.channels import webhook
from hcprograms.followup.channels.base import Gone, Message, Refused, TryLater
from hcprograms.followup.channels.webhook import WebhookChannel
from tests.services import find_program


class OtherSystem(BaseHTTPRequestHandler):
    """Answers with the status in the path; ``/slow`` sends a byte now and then, for ever."""

    got: list[tuple[str, dict[str, str], bytes]] = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, dict(self.headers), body))
        if self.path == "/slow":
            self.drip()
            return
        self.send_response(int(self.path.strip("/").partition("?")[0]))
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    do_GET = do_POST

    def drip(self):
        try:
            for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), OtherSystem)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificate")
    files = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [find_program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        + ["-out", files[0], "-keyout", files[1]],
        check=True,
        capture_output=True,
    )
    return files


@pytest.fixture(scope="module")
def safe_server(certificate):
    server = ThreadingHTTPServer(("127.0.0.1", 0), OtherSystem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def channel(settings):
    OtherSystem.got = []
    settings.HCPROGRAMS = settings.HCPROGRAMS | {
        "WEBHOOK_NETWORKS": ["127.0.0.0/8"],
        "WEBHOOK_DEADLINE_SECONDS": 1,
    }
    channel = WebhookChannel()
    yield channel
    channel.close()


def make_message(url):
    return Message(
        id="msg_1",
        to=url,
        sender="",
        reply_to="",
        subject="lead.created",
        text='{"name":"Åsa"}',
        html="",
        headers={"webhook-id": "msg_1", "Content-Type": "application/json"},
    )


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_message_is_posted_as_it_is(channel, server, status):
    channel.send(make_message(f"{server}/{status}?a=b#part"))

    path, headers, body = OtherSystem.got[0]
    assert (path, body) == (f"/{status}?a=b", '{"name":"Åsa"}'.encode())
    assert headers["webhook-id"] == "msg_1"


def test_message_is_posted_over_tls(channel, safe_server, certificate, monkeypatch):
    trusting = ssl.create_default_context(cafile=certificate[0])
    monkeypatch.setattr(webhook, "_tls", lambda: trusting)

    channel.send(make_message(f"https://localhost:{safe_server}/200"))

    assert [path for path, _headers, _body in OtherSystem.got] == ["/200"]


def test_certificate_that_nobody_signed_is_not_trusted(channel, safe_server):
    with pytest.raises(TryLater, match="CERTIFICATE_VERIFY_FAILED"):
        channel.send(make_message(f"https://localhost:{safe_server}/200"))

    assert OtherSystem.got == []


def test_certificate_of_another_name_is_not_trusted(channel, safe_server, certificate, monkeypatch):
    trusting = ssl.create_default_context(cafile=certificate[0])
    monkeypatch.setattr(webhook, "_tls", lambda: trusting)

    with pytest.raises(TryLater, match="CERTIFICATE_VERIFY_FAILED"):
        channel.send(make_message(f"https://127.0.0.1:{safe_server}/200"))


@pytest.mark.parametrize("status", [400, 401, 404, 408, 429, 500, 503])
def test_refusal_is_tried_later(channel, server, status):
    with pytest.raises(TryLater, match=str(status)):
        channel.send(make_message(f"{server}/{status}"))


def test_address_that_is_gone_is_told_apart(channel, server):
    with pytest.raises(Gone):
        channel.send(make_message(f"{server}/410"))


def test_redirect_is_not_followed(channel, server):
    with pytest.raises(TryLater, match="302"):
        channel.send(make_message(f"{server}/302"))

    assert len(OtherSystem.got) == 1


def test_answer_that_never_ends_is_cut_off(channel, server):
    with pytest.raises(TryLater):
        channel.send(make_message(f"{server}/slow"))


def test_channel_works_again_after_a_cut(channel, server):
    with pytest.raises(TryLater):
        channel.send(make_message(f"{server}/slow"))

    channel.send(make_message(f"{server}/200"))

    assert [path for path, _headers, _body in OtherSystem.got] == ["/slow", "/200"]


def test_nobody_there_is_tried_later(channel):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(TryLater):
        channel.send(make_message(f"http://127.0.0.1:{port}/"))


def test_private_address_is_refused_before_a_byte_is_sent(settings, channel, server):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"WEBHOOK_NETWORKS": []}

    with pytest.raises(Refused, match="public"):
        channel.send(make_message(f"{server}/200"))

    assert OtherSystem.got == []


def test_name_with_one_private_address_is_refused(monkeypatch, settings, channel):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"WEBHOOK_NETWORKS": []}
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
        for address in ["8.8.8.8", "10.0.0.1"]
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)

    with pytest.raises(Refused):
        channel.send(make_message("https://rebinding.example/"))


def test_connection_is_made_to_the_address_that_was_looked_at(monkeypatch, settings, channel):
    """A name that is looked up again might lead elsewhere by then."""
    asked = []
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)

    def connect(where, timeout):
        asked.append(where)
        raise OSError("no network here")

    monkeypatch.setattr(socket, "create_connection", connect)

    with pytest.raises(TryLater):
        channel.send(make_message("https://rebinding.example/"))

    assert asked == [("8.8.8.8", 443)]
