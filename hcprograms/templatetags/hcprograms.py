"""The plugin's template tags: ``{% load hcprograms %}``."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import template
from django.apps import apps
from django.conf import settings
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi, override

from hcprograms.institutions.languages import choose_active_language
from hcprograms.templatetags import parts, results_parts

register = template.Library()


def say_language(tag: Callable[..., str]) -> Callable[..., str]:
    """Let a tag render in a language that its words exist in, and name it if the page's differs."""

    @wraps(tag)
    def render(context: Context, *args: Any, **kwargs: Any) -> str:
        language = choose_active_language()
        if language == get_language():
            return tag(context, *args, **kwargs)
        with override(language):
            html = tag(context, *args, **kwargs)
            direction = "rtl" if get_language_bidi() else "ltr"
        text = '<div lang="{}" dir="{}">{}</div>'
        return format_html(text, language, direction, html) if html.strip() else html

    return render


for _tag in (
    parts.match_form,
    parts.interest_form,
    parts.program_list,
    parts.program_card,
    parts.accreditation_badge,
    parts.compare,
    parts.role_explorer,
    parts.disclosures,
    parts.tuition_estimator,
    results_parts.email_results,
):
    register.simple_tag(say_language(_tag), takes_context=True)
register.simple_tag(parts.assets, takes_context=True, name="hcp_assets")


@register.simple_tag(takes_context=True)
def hcp_form(context: Context, form: BaseForm) -> SafeString:
    """The form's fields with an error summary above, without ``<form>`` and buttons.

    With a crispy template pack the form's own ``helper`` lays them out; without, our templates do.
    """
    summary = render_to_string("hcprograms/forms/errors.html", {"form": form})
    return SafeString(  # nosec B703
        summary + (_crispy(context, form) if _has_crispy() else _plain(form))
    )


def _has_crispy() -> bool:
    return apps.is_installed("crispy_forms") and bool(
        getattr(settings, "CRISPY_TEMPLATE_PACK", None)
    )


def _crispy(context: Context, form: BaseForm) -> str:
    from crispy_forms.helper import FormHelper  # noqa: PLC0415 an optional dependency
    from crispy_forms.utils import render_crispy_form  # noqa: PLC0415

    helper: Any = getattr(form, "helper", None) or FormHelper(form)
    helper.form_tag = False
    helper.disable_csrf = True
    return str(render_crispy_form(form, helper, context))


def _plain(form: BaseForm) -> str:
    groups = [
        (group, [form[name] for name in group.names if name in form.fields])
        for group in getattr(form, "groups", ())
    ]
    return render_to_string("hcprograms/forms/form.html", {"form": form, "groups": groups})
