"""A site of static pages with an embedded form: the form's own site runs beside it."""

import argparse
import subprocess
import sys
import threading

from examples.static.serve import serve

parser = argparse.ArgumentParser(prog="python -m examples.static")
parser.add_argument("--port", type=int, default=8000, help="of the forms; the pages: one more")
port = parser.parse_args().port
threading.Thread(target=serve, args=[port + 1, f"http://127.0.0.1:{port}"], daemon=True).start()
print(f"\n  Static page  http://localhost:{port + 1}/", flush=True)
sys.exit(subprocess.run([sys.executable, "-m", "examples.plain", f"--port={port}"]).returncode)
