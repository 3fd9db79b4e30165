"""One limit for all reads and writes of a block, whatever the socket's own timeout is."""

import socket

import pytest

from hcprograms.followup.channels.time_limit import (
    get_seconds_left,
    open_reader,
    send_all,
    time_limit,
)

LONG_SECONDS = 20.0


@pytest.fixture
def pair():
    """Two connected sockets; nobody reads from the second one, or writes to it."""
    ours, theirs = socket.socketpair()
    ours.settimeout(LONG_SECONDS)
    yield ours, theirs
    ours.close()
    theirs.close()


def test_reading_from_who_is_silent_gets_what_is_left_of_the_limit(pair):
    with time_limit(0.1), pytest.raises(TimeoutError):
        open_reader(pair[0]).read(1)

    assert pair[0].gettimeout() <= 0.1


def test_writing_to_who_does_not_read_gets_what_is_left_of_the_limit(pair):
    with time_limit(0.1), pytest.raises(TimeoutError):
        send_all(pair[0], b"x" * 10_000_000)

    assert pair[0].gettimeout() <= 0.1


def test_limit_within_a_limit_is_never_longer():
    with time_limit(1), time_limit(LONG_SECONDS):
        assert get_seconds_left() <= 1

    assert get_seconds_left() is None


def test_without_a_limit_the_sockets_own_timeout_stays(pair):
    pair[1].sendall(b"x")

    assert open_reader(pair[0]).read(1) == b"x"
    assert pair[0].gettimeout() == LONG_SECONDS
