"""Saving texts: each change is a new version, and none is ever lost."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from hcprograms.followup.models import MessageTemplate, TemplateVersion
from hcprograms.followup.wording.texts import Source, prepare

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def save_version(
    *,
    template: MessageTemplate,
    language: str,
    source: Source,
    user: "User | None",
    now: datetime,
    restores: int | None = None,
) -> TemplateVersion:
    """Add a version and use it from now on; the same words again are no new version.

    Raises :class:`~hcprograms.followup.wording.texts.UnusableError` for a text that could not be
    sent.
    """
    prepare(template.kind, source)
    return _add(template, language, source, user, now, restores)


def restore_version(
    *, version: TemplateVersion, user: "User | None", now: datetime
) -> TemplateVersion:
    """Use the words of an earlier version again, as a new one. Raises ``UnusableError``."""
    return save_version(
        template=version.template,
        language=version.language,
        source=Source(version.subject, version.body),
        user=user,
        now=now,
        restores=version.number,
    )


def end_language(
    *, template: MessageTemplate, language: str, user: "User | None", now: datetime
) -> TemplateVersion:
    """Stop using this language; its versions stay."""
    return _add(template, language, Source("", ""), user, now, None)


def _add(
    template: MessageTemplate,
    language: str,
    source: Source,
    user: "User | None",
    now: datetime,
    restores: int | None,
) -> TemplateVersion:
    with transaction.atomic():
        MessageTemplate.objects.select_for_update().get(pk=template.pk)
        versions = TemplateVersion.objects.filter(template=template, language=language)
        number = versions.aggregate(latest=Max("number"))["latest"] or 0
        latest = versions.filter(number=number).first()
        MessageTemplate.objects.filter(pk=template.pk).update(trouble="")
        if latest and (latest.subject, latest.body) == (source.subject, source.body):
            return latest
        return TemplateVersion.objects.create(
            template=template,
            language=language,
            number=number + 1,
            subject=source.subject,
            body=source.body,
            restores=restores,
            created_at=now,
            created_by=user,
        )
