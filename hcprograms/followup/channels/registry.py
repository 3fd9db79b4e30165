"""The channels of one worker, made when first used and kept between batches."""

from types import TracebackType

from django.utils.module_loading import import_string

from hcprograms.conf import conf
from hcprograms.followup.channels.base import Channel


class UnknownChannel(LookupError):
    """A follow-up names a channel that the settings do not."""


class Channels:
    """Channel key → the worker's own instance. Not to be shared between threads."""

    def __init__(self) -> None:
        self._open: dict[str, Channel] = {}

    def get(self, key: str) -> Channel:
        """Return the channel; raise :class:`UnknownChannel` when no setting names it."""
        if key not in self._open:
            path = conf.channels.get(key)
            if path is None:
                raise UnknownChannel(f"No channel “{key}” in HCPROGRAMS[“CHANNELS”].")
            self._open[key] = import_string(path)()
        return self._open[key]

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1].close()

    def __enter__(self) -> "Channels":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
