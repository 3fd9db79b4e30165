"""Another system that listens to events over TLS, well or badly."""

import ssl
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.services import LOOPBACK, find_program

PATHS = ("200", "500", "hang", "410")
HANGS_SECONDS = 60


class Crm:
    """One server with an address for each way of behaving; ``heal`` makes all but 410 behave."""

    def __init__(self) -> None:
        self.got: Counter[str] = Counter()
        self.is_broken = True
        self.port = 0

    @property
    def addresses(self) -> list[str]:
        return [f"https://localhost:{self.port}/{path}" for path in PATHS]

    def heal(self) -> None:
        self.is_broken = False

    def answer(self, path: str, name: str) -> int:
        if path == "/410":
            return 410
        if self.is_broken and path == "/hang":
            time.sleep(HANGS_SECONDS)
        if self.is_broken and path != "/200":
            return 500
        self.got[name] += 1
        return 200


@contextmanager
def running_crm(certificate: Path) -> Iterator[Crm]:
    """``certificate`` holds the key too, see :func:`write_certificate`."""
    crm = Crm()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            status = crm.answer(self.path, self.headers["webhook-id"])
            try:
                self.send_response(status)
                self.end_headers()
            except OSError:
                pass  # nobody waited that long

        def log_message(self, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: Any) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Server((LOOPBACK, 0), Handler)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    crm.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield crm
    finally:
        server.shutdown()
        server.server_close()


def write_certificate(path: Path) -> None:
    """A key and a certificate for localhost; who is given it with SSL_CERT_FILE trusts it."""
    key, certificate = path.with_suffix(".key"), path.with_suffix(".crt")
    subprocess.run(
        [find_program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        + ["-out", str(certificate), "-keyout", str(key)],
        check=True,
        capture_output=True,
    )
    path.write_text(key.read_text() + certificate.read_text())
