"""Somebody else's site: static pages on another host of this machine, under a strict policy."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Host:
    """``pages`` are its paths and documents; ``policy`` is sent with each of them."""

    name: str
    port: int
    policy: str = ""
    pages: dict[str, str] = field(default_factory=dict)

    @property
    def netloc(self) -> str:
        return f"{self.name}:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.netloc}"

    def put(self, path: str, body: str, head: str = "") -> str:
        self.pages[path] = (
            "<!doctype html><html lang=en><head><meta charset=utf-8><title>Host</title>"
            "<meta name=viewport content='width=device-width'>"
            f"{head}</head><body>{body}</body></html>"
        )
        return self.url + path


@contextmanager
def running_host(name: str = "localhost") -> Iterator[Host]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = host.pages.get(self.path.partition("?")[0], "")
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if host.policy:
                self.send_header("Content-Security-Policy", host.policy)
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host = Host(name, server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
