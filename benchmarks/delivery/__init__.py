"""How fast due messages are delivered, next to django-post_office and to the raw limit.

One PostgreSQL, one mail server, messages of one length, two sending processes. Rates are counted at
the mail server, from its first to its last message of a run, so that nobody's start-up counts.
Every round runs all of them; the median round is reported.

Ours composes each mail for its lead while it sends: the institution's own text, its placeholders
and the frame of every mail. The peer sends what was written beforehand, the raw sender the same
bytes again and again. Our text is short, so that all mails are about 4.5 kB; the report has each.
"""

import statistics
from collections.abc import Callable
from contextlib import ExitStack

from benchmarks.delivery.sink import Sink, running_sink
from benchmarks.delivery.sites import OursSite, PostOfficeSite, RawSender
from benchmarks.report import Report
from tests.services import running_postgres

MESSAGES = 10_000
ROUNDS = 3
LATENCIES = 200


def run(messages: int = MESSAGES, rounds: int = ROUNDS) -> Report:
    with ExitStack() as stack:
        postgres = stack.enter_context(running_postgres(durable=True))
        sink = stack.enter_context(running_sink())
        ours, theirs, raw = (
            OursSite(postgres, sink),
            PostOfficeSite(postgres, sink),
            RawSender(sink),
        )
        contestants = {"ours": ours.drain, "post_office": theirs.drain, "raw smtplib": raw.drain}
        rates: dict[str, list[float]] = {name: [] for name in contestants}
        lengths: dict[str, int] = {}
        for _ in range(rounds):
            for name, drain in contestants.items():
                rates[name].append(_rate(sink, drain, messages))
                lengths[name] = sink.bytes // messages
                print(f"{name:<14}{rates[name][-1]:>8.0f}/s", flush=True)
        latencies = sorted(ours.measure_latencies(LATENCIES))
        idle = ours.measure_idle_sweeps()
    median = {name: statistics.median(found) for name, found in rates.items()}
    return Report(
        name="delivery",
        figures={
            "messages": messages,
            "ours_per_second": median["ours"],
            "post_office_per_second": median["post_office"],
            "raw_smtp_per_second": median["raw smtplib"],
            "ours_bytes": lengths["ours"],
            "post_office_bytes": lengths["post_office"],
            "raw_smtp_bytes": lengths["raw smtplib"],
            "commit_to_accepted_p50_ms": latencies[len(latencies) // 2],
            "commit_to_accepted_p99_ms": latencies[int(len(latencies) * 0.99)],
            **idle,
        },
        ratios={
            "delivery_vs_post_office": median["ours"] / median["post_office"],
            "delivery_vs_raw_smtp": median["ours"] / median["raw smtplib"],
        },
    )


def _rate(sink: Sink, drain: Callable[[int], None], messages: int) -> float:
    sink.reset()
    drain(messages)
    if sink.count != messages:
        raise RuntimeError(f"{sink.count} of {messages} messages arrived")
    return (messages - 1) / (sink.last_at - sink.first_at)
