"""The time by the database's clock, the one clock that all hosts of a site share."""

from datetime import datetime

from django.db import connection
from django.utils import timezone


def get_database_time() -> datetime:
    """Return the present moment; one query on PostgreSQL.

    For what one host writes and another compares: due times, leases, and whether somebody asked
    before or after they ended mail. With its own clock a worker two hours slow would send nothing
    for two hours, and a web server two hours fast would have its advisors told two hours late.
    """
    if connection.vendor == "postgresql":
        return _read_postgresql_time()
    return timezone.now()  # SQLite has no clock but this host's


def _read_postgresql_time() -> datetime:
    with connection.cursor() as cursor:
        # Not now(), which stands still within a transaction.
        cursor.execute("SELECT clock_timestamp()")
        (found,) = cursor.fetchone()
    moment: datetime = found
    return moment
