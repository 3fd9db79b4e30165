"""The plugin's own signals. Hosts may listen; the plugin listens in ``receivers``.

Each is sent with ``send`` inside the transaction that made the change, so a receiver's rows
commit together with it. Talk to the outside only from ``transaction.on_commit(robust=True)``.
"""

from django.dispatch import Signal

lead_captured = Signal()
"""A lead was written, or released from review.

Arguments: ``lead`` (:class:`Lead`), ``now`` (aware datetime).
"""

lead_answered = Signal()
"""An advisor's first answer was recorded. Arguments: ``lead``, ``now``."""

lead_updated = Signal()
"""A lead changed: its status, who has it, or what the person corrected.

Arguments: ``lead``, ``now``.
"""

lead_closed = Signal()
"""A lead needs no more messages: closed or spam. Arguments: ``lead``, ``now``."""

lead_erased = Signal()
"""A person was erased from a lead; erase what else names them. Arguments: ``lead``, ``now``."""

consent_withdrawn = Signal()
"""A consent was withdrawn. Arguments: ``lead``, ``channel`` (:class:`Channel` value), ``now``."""

leads_merged = Signal()
"""Two leads were joined. Arguments: ``merge`` (:class:`LeadMerge`), ``now``.

What a receiver stops of ``merge.other`` it may note in ``merge.stopped``, to start it again.
"""

lead_unmerged = Signal()
"""A merge was undone. Arguments: ``merge``, ``now``."""

message_written = Signal()
"""Staff wrote to an applicant; receivers see to it that it is sent.

Arguments: ``lead``, ``subject``, ``text``, ``user``, ``now``.
"""
