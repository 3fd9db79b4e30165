"""Writing down that a message was sent: the one statement that every message waits for.

Written as SQL, because the ORM would spend more time on it than the database does. The row and
the lead's timeline change together or not at all, and only for the holder of the claim.
"""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from hcprograms.followup.claiming import CLAIM_ENDED, Claim, finish
from hcprograms.followup.models import FollowUp
from hcprograms.leads.models.lead import Lead, LeadEvent

ROW, EVENT, LEAD = FollowUp._meta.db_table, LeadEvent._meta.db_table, Lead._meta.db_table

# The names of tables are ours; every value is a parameter.
UPDATE = (
    f"UPDATE {ROW} SET state = 'sent', sent_at = %s, message_id = %s, last_error = '',"  # noqa: S608  # nosec B608
    f" {', '.join(f'{column} = NULL' for column in CLAIM_ENDED)}, template_version_id = %s"
    " WHERE id = %s AND state = 'sending' AND claim_token = %s"
)
INSERT = f"INSERT INTO {EVENT} (lead_id, kind, at, text)"  # noqa: S608  # nosec B608
# The lead is locked before the row, as everywhere: an erasure that is under way would else wait for
# this statement, and this statement for the erasure.
TOGETHER = (
    f"WITH lead AS (SELECT id FROM {LEAD} WHERE id = %s AND erased_at IS NULL FOR KEY SHARE),"  # noqa: S608  # nosec B608
    f" sent AS ({UPDATE} AND (SELECT count(*) FROM lead) = 1 RETURNING lead_id)"
    f" {INSERT} SELECT lead_id, 'mail_sent', %s, %s FROM sent"
)
APART = f"{INSERT} VALUES (%s, 'mail_sent', %s, %s)"


def mark_sent(
    *,
    claim: Claim,
    row: FollowUp,
    message_id: str,
    text: str,
    version_id: int | None = None,
    now: datetime,
) -> bool:
    """Write “sent” and the timeline's entry; False when the claim was lost meanwhile.

    ``version_id``: the version of the text that was sent; None for the built-in one.

    An event for another system is no entry of the timeline, and what is about no lead has none.
    """
    if row.endpoint_id or row.lead_id is None:
        sent: dict[str, Any] = {
            "state": FollowUp.State.SENT,
            "sent_at": now,
            "message_id": message_id,
        }
        if row.purpose == FollowUp.Purpose.UNIDENTIFIED:
            # No erasure finds the words of an unknown sender: they leave with the mail.
            sent |= {"subject": "", "text": "", "details": None}
        return finish(claim=claim, row=row, last_error="", **sent)
    at = connection.ops.adapt_datetimefield_value(now)
    token = FollowUp._meta.get_field("claim_token").get_db_prep_value(claim.token, connection)
    update = [at, message_id, version_id, row.pk, token]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(TOGETHER, [row.lead_id, *update, at, text])
            return bool(cursor.rowcount == 1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(UPDATE, update)
        is_ours = bool(cursor.rowcount == 1)
        if is_ours:
            cursor.execute(APART, [row.lead_id, at, text])
    return is_ours
