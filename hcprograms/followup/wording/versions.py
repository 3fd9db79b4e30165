"""Which version of a text is in use, by language. Reads no text, so that lists need not."""

from collections.abc import Iterator

from django.conf import settings

from hcprograms.followup.models import MessageTemplate, TemplateVersion
from hcprograms.followup.models.templates import Kind


def pick_version(template: MessageTemplate, *, language: str) -> TemplateVersion | None:
    """The version for a reader: their language, its base, the template's own; else None.

    A text of staff's own is rather read in another language than not at all.
    """
    current = current_versions(template)
    for code in _fallbacks(language, template.language):
        if code in current:
            return current[code]
    if template.kind == Kind.OWN:
        return next(iter(current.values()), None)
    return None


def current_versions(template: MessageTemplate) -> dict[str, TemplateVersion]:
    """Language → the version in use; without languages whose use has ended."""
    latest: dict[str, TemplateVersion] = {}
    for version in template.versions.all():
        known = latest.get(version.language)
        if known is None or known.number < version.number:
            latest[version.language] = version
    return {code: one for code, one in sorted(latest.items()) if not one.ends_language}


def _fallbacks(*languages: str) -> Iterator[str]:
    for code in (*languages, settings.LANGUAGE_CODE):
        yield code
        yield code.partition("-")[0]
