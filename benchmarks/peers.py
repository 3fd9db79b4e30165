"""Peers, each installed from its package into an environment of its own."""

import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).parent.parent / "var" / "benchmarks"


def install_peer(name: str, *packages: str) -> Path:
    """Return the Python of an environment that has the packages; made on the first run."""
    home = HOME / name
    python = home / "bin" / "python"
    done = home / "installed"
    if not done.exists() or done.read_text() != "\n".join(packages):
        print(f"Installing {name}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *packages], check=True)
        done.write_text("\n".join(packages))
    return python
