"""The plugin's own signals. Hosts may listen; the plugin listens in ``receivers``.

Each is sent with ``send`` inside the transaction that made the change, so a receiver's rows commit
together with it. Talk to the outside only from
``transaction.on_commit(robust=True)``.
"""

from django.dispatch import Signal

lead_captured = Signal()
"""A lead was written with its consents and choices, or released from review.

Arguments: ``lead`` (:class:`Lead`), ``now`` (aware datetime); ``members`` (who may answer, as
routing saw them) and ``plan`` (the institution's routing and hours), both None where they were
not read.
"""

lead_reopened = Signal()
"""Work on a lead that was closed or spam begins again. Arguments: ``lead``, ``now``."""

lead_answered = Signal()
"""An advisor's first answer was recorded.

Arguments: ``lead``, ``event`` (the entry of the timeline), ``now``. What a receiver stops it may
note in ``event.details["stopped"]`` where there are details: undoing starts it again.
"""

leads_assigned = Signal()
"""A member was given leads by somebody else.

Arguments: ``membership``, ``leads`` (a list), ``user`` (or None), ``now``.
"""

member_left = Signal()
"""A member gave up their open work, before they are made inactive or deleted.

Arguments: ``membership``, ``now``.
"""

lead_updated = Signal()
"""A lead changed: its status, who has it, or what the person corrected.

Arguments: ``lead``, ``now``.
"""

email_corrected = Signal()
"""A lead's email address was changed: by the person, by staff, by a merge or its undoing.

Arguments: ``lead``, ``before`` (the old address), ``now``.
"""

link_requested = Signal()
"""A person whose link is too old wants a new one, by mail. Arguments: ``lead``, ``now``."""

lead_closed = Signal()
"""A lead needs no more messages: closed or spam.

Arguments: ``lead``, ``event`` (as of ``lead_answered``), ``now``.
"""

lead_undone = Signal()
"""A recorded answer, spam or closing was taken back. Arguments: ``lead``, ``event``, ``now``."""

lead_erased = Signal()
"""A person was erased from a lead; erase what else names them. Arguments: ``lead``, ``now``."""

consent_withdrawn = Signal()
"""A consent was withdrawn.

Arguments: ``lead``, ``channel`` (:class:`Channel` value), ``answers_too`` (False: only further
contact ended, and the person's own request is still answered by this channel), ``now``.
"""

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

appointment_changed = Signal()
"""An appointment was booked, moved or cancelled, took place or was missed.

Arguments: ``lead``, ``appointment`` (:class:`Appointment`), ``change`` (``"booked"``, ``"moved"``,
``"cancelled"``, ``"held"`` or ``"missed"``), ``now``.
"""
