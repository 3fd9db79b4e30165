"""Serves ``index.html`` with the address of the forms and the id of the sample form in it."""

import sqlite3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from examples.settings import VAR

PAGE = Path(__file__).with_name("index.html")


def serve(port: int, forms: str) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = (
                PAGE.read_text().replace("FORMS", forms).replace("ID", allow(f"localhost:{port}"))
            )
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            policy = f"default-src 'none'; script-src {forms}; frame-src {forms}"
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(page.encode())

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


def allow(host: str) -> str:
    """Let this host embed the sample form, as staff do in the admin; return the form's id."""
    database = sqlite3.connect(VAR / "plain.sqlite3", timeout=20)
    with database:
        database.execute("UPDATE hcprograms_interestform SET allowed_hosts = ?", [f'["{host}"]'])
        form = "SELECT public_id FROM hcprograms_interestform WHERE slug = 'information'"
        row = database.execute(form).fetchone()
    database.close()
    text = str(row[0])
    return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])
