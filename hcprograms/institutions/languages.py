"""The languages that the plugin's own words exist in, which may be fewer than the site speaks.

Django translates its own words, dates and numbers into a hundred languages. Where the plugin has
no catalog, a page would mix them with English and call itself Spanish.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils.translation import get_language, override, to_locale

from hcprograms.conf import conf

LOCALES = Path(__file__).resolve().parent.parent / "locale"
SOURCE = "en"
"""The language that the plugin is written in."""


def choose_language(wanted: str | None) -> str:
    """Return the language to show the plugin's words in to a reader who wants this one.

    That language itself if there are words in it, else the site's own, else English.
    """
    for code in (wanted, settings.LANGUAGE_CODE):
        if code and has_words(code):
            return code
    return SOURCE


def choose_active_language() -> str:
    """Return :func:`choose_language` for the language that is active."""
    return choose_language(get_language())


def answer_in_own_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view answer in a language that its words exist in.

    ``request.preferred_language`` keeps the visitor's: an institution may have texts in it.
    """

    @wraps(view)
    def answer(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        request.preferred_language = get_language()
        language = choose_active_language()
        with override(language):
            response = view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse):
                response.render()
        response.headers.setdefault("Content-Language", language)
        return response

    return answer


def has_words(code: str) -> bool:
    """Whether the plugin is translated into a language, by its own catalog or the site's."""
    base = code.partition("-")[0]
    if base == SOURCE:
        return True
    return any(one in conf.languages or _has_catalog(one) for one in (code, base))


@lru_cache(maxsize=200)
def _has_catalog(code: str) -> bool:
    # What visitors ask for is checked by Django, and yet no part of a path.
    locale = to_locale(code)
    return (
        locale.replace("_", "").isalnum()
        and Path(LOCALES, locale, "LC_MESSAGES", "django.mo").is_file()
    )
