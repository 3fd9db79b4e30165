"""The embedded site's secret key."""

import stat
from concurrent.futures import ThreadPoolExecutor

from project.secret import kept_secret


def test_kept_secret_stays_and_is_private(tmp_path):
    path = tmp_path / "var" / "secret_key"

    first = kept_secret(path)

    assert kept_secret(path) == first
    assert len(first) == 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


def test_kept_secret_is_one_for_all_who_start_at_once(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(kept_secret, [tmp_path / "secret_key"] * 8))

    assert len(secrets) == 1
