"""Addresses that identify somebody are stored in one spelling; requests are counted by asker.

What was stored before is brought into that spelling. Where two schools then have the same address
that ends emails, the one that had it in this spelling already keeps it, and the other's is taken
out: both are named on the standard error, for somebody to give the second one another address.
"""

import hmac
import re
import sys
import unicodedata
from hashlib import sha256

import django.db.models.functions.text
import idna
from django.conf import settings
from django.db import migrations, models

from hcprograms.migrations._triggers import lift, put_back

MAILBOX = r"^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9.-]+\Z"
BLANK_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"


def to_canonical(text):
    """Return the address in its one spelling; as it is where it has none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    shown = (one for one in plain if unicodedata.category(one) != "Cf" and one not in BLANK_LETTERS)
    local, at, domain = "".join(shown).strip().rpartition("@")
    if not at or not local.isascii() or re.search(r"[\s,;<>@]", local):
        return text
    try:
        return f"{local}@{domain if domain.isascii() else idna.encode(domain, uts46=True).decode()}"
    except (idna.IDNAError, UnicodeError):
        return text


def name_apart(apps, schema_editor):
    """Give schools whose slugs differ in capitals only slugs that differ."""
    schools = apps.get_model("hcprograms", "Institution").objects.order_by("pk")
    taken = set()
    for school in schools.only("pk", "name", "slug"):
        slug, number = school.slug, 1
        while slug.lower() in taken:
            number += 1
            slug = f"{school.slug[:110]}-{number}"
        taken.add(slug.lower())
        if slug != school.slug:
            _say(f"{school.name}: its slug is now “{slug}”; another school has the same letters.")
            schools.filter(pk=school.pk).update(slug=slug)


def store_mailboxes(apps, schema_editor):
    """Bring schools' own addresses into their one spelling; take twins out."""
    schools = apps.get_model("hcprograms", "Institution").objects
    for school in schools.exclude(email="").only("pk", "email"):
        _update(schools, school, "email", to_canonical(school.email))
    owners = {}
    rows = list(schools.exclude(withdrawal_email="").only("pk", "name", "withdrawal_email"))
    # Who has the canonical spelling already comes first, and keeps it.
    rows.sort(key=lambda one: (one.withdrawal_email != _mailbox(one.withdrawal_email), one.pk))
    for school in rows:
        mailbox = _mailbox(school.withdrawal_email)
        if not re.fullmatch(MAILBOX, mailbox):
            _say(f"{school.name}: “{school.withdrawal_email}” is no mailbox and was taken out.")
            mailbox = ""
        elif mailbox in owners:
            _say(
                f"{school.name}: “{school.withdrawal_email}” is the mailbox of {owners[mailbox]}"
                " and was taken out. Give it another address that ends emails."
            )
            mailbox = ""
        else:
            owners[mailbox] = school.name
        _update(schools, school, "withdrawal_email", mailbox)


def store_addresses(apps, schema_editor):
    """Bring applicants' and colleagues' addresses into their one spelling, suppressions along."""
    plain = {"email__regex": r"^[ -~]*$"}
    leads = apps.get_model("hcprograms", "Lead")._base_manager
    for lead in leads.exclude(**plain).select_related("institution").iterator():
        _carry_suppression(apps, lead.institution, lead.email, to_canonical(lead.email))
        _update(leads, lead, "email", to_canonical(lead.email))
    for model, field in [
        ("Lead", "bounced_address"),
        ("Membership", "bounced_address"),
        ("FollowUp", "address"),
    ]:
        rows = apps.get_model("hcprograms", model)._base_manager
        for row in rows.exclude(**{f"{field}__regex": r"^[ -~]*$"}).iterator():
            address = to_canonical(getattr(row, field))
            if model == "FollowUp" and _is_there(rows, row, address):
                continue
            _update(rows, row, field, address)


def _is_there(rows, row, address):
    """Whether the lead has the same message to the canonical address already."""
    same = rows.filter(lead_id=row.lead_id, purpose=row.purpose, step=row.step, address=address)
    return same.exclude(pk=row.pk).exists()


def _carry_suppression(apps, institution, before, after):
    """Who ended emails under the old spelling has ended them under the new one."""
    if before == after:
        return
    suppressions = apps.get_model("hcprograms", "Suppression")._base_manager
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        old, new = (
            _hash(institution, address, key)
            for address in (before.strip().casefold(), after.lower())
        )
        found = suppressions.filter(
            institution_id=institution.pk, channel="email", address_hash=old
        ).first()
        if found is not None:
            suppressions.get_or_create(
                institution_id=institution.pk,
                channel="email",
                address_hash=new,
                defaults={"reason": found.reason, "created_at": found.created_at},
            )


def _hash(institution, address, key):
    secret = key.encode() if isinstance(key, str) else key
    derived = hmac.new(secret, b"hcprograms.leads.suppression", sha256).digest()
    message = f"{institution.public_id.hex}:email:{address}"
    return hmac.new(derived, message.encode(), sha256).hexdigest()


def _mailbox(text):
    return to_canonical(text).lower()


def _update(rows, row, field, value):
    if getattr(row, field) != value:
        rows.filter(pk=row.pk).update(**{field: value})


def _say(words):
    sys.stderr.write(f"hcprograms: {words}\n")


class Migration(migrations.Migration):
    dependencies = [("hcprograms", "0025_overdue_and_started_sends")]

    operations = [
        lift(),
        migrations.CreateModel(
            name="RequestCount",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField(verbose_name="count")),
                ("started_at", models.DateTimeField(verbose_name="counted since")),
            ],
            options={
                "verbose_name": "request count",
                "verbose_name_plural": "request counts",
                "indexes": [models.Index(fields=["started_at"], name="hcp_request_count_old")],
            },
        ),
        migrations.AddField(
            model_name="upload",
            name="network",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=64
            ),
        ),
        migrations.RemoveConstraint(
            model_name="institution", name="hcp_institution_withdrawal_email_once"
        ),
        migrations.RunPython(name_apart, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(store_mailboxes, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(store_addresses, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.CheckConstraint(
                condition=models.Q(withdrawal_email="") | models.Q(withdrawal_email__regex=MAILBOX),
                name="hcp_institution_withdrawal_email_plain",
                violation_error_message="Check the address that ends emails.",
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.UniqueConstraint(
                condition=~models.Q(withdrawal_email=""),
                fields=("withdrawal_email",),
                name="hcp_institution_withdrawal_email_same",
                violation_error_message=("Another institution has this address that ends emails."),
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("slug"),
                name="hcp_institution_slug_same",
                violation_error_message="Another institution has this slug.",
            ),
        ),
        put_back(),
    ]
