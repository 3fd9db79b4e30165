"""Where the real public files are: beside the repository, or where HCPROGRAMS_DATA says."""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("HCPROGRAMS_DATA", Path(__file__).parents[3] / "shared" / "data"))
needs_data = pytest.mark.skipif(
    not DATA.exists(), reason=f"the public data are not at {DATA} (set HCPROGRAMS_DATA)"
)
