"""Machines in network namespaces: two web hosts, two worker hosts, and one for what they share."""

import os
import subprocess
from pathlib import Path

from tests.chaos.people import Address
from tests.chaos.plant import Plant
from tests.chaos.processes import Process
from tests.smtp import SmtpSink

WEB_PORT = 8000
HOSTS = ("web1", "web2", "work1", "work2")


class NotAllowed(Exception):
    """This machine does not let us make network namespaces."""


class Network:
    """A bridge whose address is the shared host's, and a namespace with a cable for each other."""

    def __init__(self) -> None:
        self.tag = os.getpid() % 100_000
        self.bridge = f"hcb{self.tag}"
        self.prefix = f"10.{200 + self.tag % 50}.{self.tag // 50 % 250}"
        self.address = f"{self.prefix}.1"

    def build(self) -> None:
        try:
            _ip("link", "add", self.bridge, "type", "bridge")
        except (OSError, subprocess.CalledProcessError) as error:
            raise NotAllowed(f"network namespaces: {error}") from error
        _ip("addr", "add", f"{self.address}/24", "dev", self.bridge)
        _ip("link", "set", self.bridge, "up")
        for number, host in enumerate(HOSTS):
            self._add(host, number)

    def _add(self, host: str, number: int) -> None:
        space, cable = self.space(host), self._cable(host)
        _ip("netns", "add", space)
        _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space)
        _ip("link", "set", cable, "master", self.bridge, "up")
        _ip("-n", space, "addr", "add", f"{self.prefix}.{10 + number}/24", "dev", "eth0")
        _ip("-n", space, "link", "set", "eth0", "up")
        _ip("-n", space, "link", "set", "lo", "up")

    def space(self, host: str) -> str:
        return f"hcp{self.tag}-{host}"

    def address_of(self, host: str) -> str:
        return f"{self.prefix}.{10 + HOSTS.index(host)}"

    def cut(self, host: str) -> None:
        """Pull the cable: whatever is on its way is gone, and nobody is told."""
        _ip("link", "set", self._cable(host), "down")

    def reconnect(self, host: str) -> None:
        _ip("link", "set", self._cable(host), "up")

    def remove(self) -> None:
        for host in HOSTS:
            subprocess.run(["ip", "netns", "del", self.space(host)], capture_output=True)
        subprocess.run(["ip", "link", "del", self.bridge], capture_output=True)

    def _cable(self, host: str) -> str:
        return f"hc{self.tag}{host}"


class TwoMachines(Plant):
    """Web and worker on two hosts each; database, broker and mail server on a fifth."""

    def __init__(self, folder: Path, sink: SmtpSink, made: Path, network: Network) -> None:
        self.network = network
        super().__init__(folder, sink, made, host=network.address)

    def _make_processes(self) -> None:
        space = self.network.space
        bind = f"0.0.0.0:{WEB_PORT}"
        self._webs = [self.make_web(one, bind, on=space(one)) for one in ("web1", "web2")]
        self._workers = [self.make_worker(one, on=space(one)) for one in ("work1", "work2")]
        beat = ["celery", "-A", "project.celery", "beat"]
        self._beats = [self.make(f"beat-{one}", *beat, on=space(one)) for one in ("work1", "work2")]

    @property
    def addresses(self) -> list[Address]:
        return [(self.network.address_of(one), WEB_PORT) for one in ("web1", "web2")]

    @property
    def webs(self) -> list[Process]:
        return self._webs

    @property
    def workers(self) -> list[Process]:
        return self._workers

    @property
    def beats(self) -> list[Process]:
        return self._beats


def _ip(*args: str) -> None:
    subprocess.run(["ip", *args], check=True, capture_output=True)
