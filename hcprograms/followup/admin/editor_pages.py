"""Writing a text in the admin: with its placeholders, a preview, a test mail and its versions."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from hcprograms.followup.admin.text_form import TextForm
from hcprograms.followup.channels.base import DeliveryError
from hcprograms.followup.composing import Words
from hcprograms.followup.models import MessageTemplate, TemplateVersion
from hcprograms.followup.wording.comparing import compare
from hcprograms.followup.wording.keeping import end_language, restore_version, save_version
from hcprograms.followup.wording.placeholders import vocabulary_of
from hcprograms.followup.wording.previewing import find_leads, preview
from hcprograms.followup.wording.schemes import in_scheme
from hcprograms.followup.wording.texts import Source, UnusableError, read_built_in
from hcprograms.followup.wording.trying import send_test
from hcprograms.followup.wording.versions import current_versions
from hcprograms.institutions.access import Area, Right
from hcprograms.institutions.admin.base import admin_url
from hcprograms.institutions.admin.permissions import access_of, require_post
from hcprograms.institutions.row_ids import is_row_id
from hcprograms.leads.models.lead import Lead

MOST_LEADS = 25
TESTS_PER_HOUR = 20
TEST_NOTED = "test email sent"
POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-src 'self'; frame-ancestors 'self'"
)
"""For the page inside the preview: mails carry their styles, and nothing else may be loaded."""


def get_editor_address(template_id: int, language: str) -> str:
    return admin_url("messagetemplate_write", template_id, language)


def get_versions_address(template_id: int, language: str) -> str:
    return admin_url("messagetemplate_versions", template_id, language)


class TextPages:
    """The pages around one text in one language, for the admin that shows them."""

    def __init__(self, text_admin: Any) -> None:
        self.admin = text_admin

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def write(self, request: HttpRequest, template_id: int, language: str) -> HttpResponse:
        """GET: the text in use, or the one to begin with. POST: a new version of it."""
        template = self.template_or_404(request, template_id, language)
        other = request.GET.get("language", "")
        if other in _languages(template):
            return HttpResponseRedirect(_address("write", template, other))
        if request.method != "POST":
            return self.show_editor(request, template, language)
        self.need_change(request, template)
        form = self.form_of(request, template, language)
        if form.is_valid() and form.was_overtaken:
            text = _("Version %(number)d was saved meanwhile. Save again to put yours after it.")
            form.add_error(None, text % {"number": form.in_use})
            form.catch_up()
        if not form.is_valid():
            return self.show_editor(request, template, language, form)
        saved = save_version(
            template=template,
            language=language,
            source=form.source,
            user=_who(request),
            now=timezone.now(),
        )
        if saved.number == form.in_use:
            messages.info(request, _("Nothing was changed."))
        else:
            self.note(request, template, f"{language} {saved.number}")
            text = _("Version %(number)d is saved and in use.")
            messages.success(request, text % {"number": saved.number})
        return HttpResponseRedirect(_address("write", template, language))

    @require_post(get_editor_address)
    @method_decorator(xframe_options_sameorigin)
    def show(self, request: HttpRequest, template_id: int, language: str) -> HttpResponse:
        """What stands in the form as a mail, for the frame beside it; nothing is kept."""
        template = self.template_or_404(request, template_id, language)
        form = self.form_of(request, template, language)
        look = "light"
        words = None
        if form.is_valid():
            look = form.cleaned_data["look"] or look
            words = self.preview(form, language)
        context = {
            "form": form,
            "words": words,
            "look": look,
            "page": in_scheme(words.html, look) if words and look != "text" else "",
        }
        shown = TemplateResponse(request, "admin/hcprograms/messagetemplate/shown.html", context)
        shown["Content-Security-Policy"] = POLICY
        return shown

    @require_post(get_editor_address)
    def try_out(self, request: HttpRequest, template_id: int, language: str) -> HttpResponse:
        """The same mail to the person who is signed in, and to nobody else."""
        template = self.template_or_404(request, template_id, language)
        self.need_change(request, template)
        form = self.form_of(request, template, language)
        if form.is_valid():
            self.send_test(request, template, self.preview(form, language))
        return self.show_editor(request, template, language, form)

    def send_test(self, request: HttpRequest, template: MessageTemplate, words: Words) -> None:
        address = str(getattr(request.user, "email", "")).strip()
        if not address:
            messages.error(request, _("Your account has no email address to send a test to."))
            return
        if self.has_tested_enough(request):
            text = _("That is enough for now: %(count)d test emails an hour.")
            messages.error(request, text % {"count": TESTS_PER_HOUR})
            return
        self.note(request, template, TEST_NOTED)
        try:
            send_test(words=words, institution=template.institution, address=address)
        except DeliveryError as error:
            messages.error(request, _("The test was not sent. %(why)s") % {"why": error})
        else:
            text = _("A test is on its way to %(address)s. Nothing was saved.")
            messages.success(request, text % {"address": address})

    def has_tested_enough(self, request: HttpRequest) -> bool:
        """Counted in the admin's log, where every web server sees it."""
        tests = LogEntry.objects.filter(
            user=_who(request),
            content_type=ContentType.objects.get_for_model(self.admin.model),
            action_time__gt=timezone.now() - timedelta(hours=1),
            change_message__contains=TEST_NOTED,
        )
        return tests.count() >= TESTS_PER_HOUR

    @method_decorator(require_safe)
    def versions(self, request: HttpRequest, template_id: int, language: str) -> HttpResponse:
        """All versions, each with what it changed; any two side by side."""
        template = self.template_or_404(request, template_id, language)
        versions = list(self.versions_of(template, language).select_related("created_by"))
        by_number = {str(one.number): one for one in versions}
        before = by_number.get(request.GET.get("before", ""))
        after = by_number.get(request.GET.get("after", ""))
        context = self.context(request, template, language) | {
            "title": _("Versions"),
            "versions": [(one, _changes(earlier, one)) for one, earlier in _with_earlier(versions)],
            "all_versions": versions,
            "before": before,
            "after": after,
            "difference": _changes(before, after) if before and after else None,
        }
        page = "admin/hcprograms/messagetemplate/versions.html"
        return TemplateResponse(request, page, context)

    @require_post(get_versions_address)
    def restore(self, request: HttpRequest, template_id: int, language: str) -> HttpResponse:
        template = self.template_or_404(request, template_id, language)
        self.need_change(request, template)
        number = request.POST.get("number", "")
        versions = self.versions_of(template, language).exclude(body="")
        version = versions.filter(number=number).first() if is_row_id(number) else None
        if version is None:
            raise Http404
        try:
            saved = restore_version(version=version, user=_who(request), now=timezone.now())
        except UnusableError as error:
            messages.error(request, _("It can be sent no more. %(why)s") % {"why": error})
        else:
            self.note(request, template, f"{language} {saved.number}")
            text = _("The words of version %(old)d are in use again, as version %(new)d.")
            messages.success(request, text % {"old": version.number, "new": saved.number})
        return HttpResponseRedirect(_address("versions", template, language))

    @require_post(get_versions_address)
    def end(self, request: HttpRequest, template_id: int, language: str) -> HttpResponse:
        template = self.template_or_404(request, template_id, language)
        self.need_change(request, template)
        end_language(template=template, language=language, user=_who(request), now=timezone.now())
        self.note(request, template, f"{language} –")
        text = _("This language is used no more. Its versions are kept.")
        messages.success(request, text)
        return HttpResponseRedirect(_address("versions", template, language))

    # What the pages share.

    def template_or_404(
        self, request: HttpRequest, template_id: int, language: str
    ) -> MessageTemplate:
        template: MessageTemplate | None = (
            self.admin.get_queryset(request)
            .prefetch_related("versions")
            .filter(pk=template_id)
            .first()
        )
        if template is None or language not in _languages(template):
            raise Http404
        return template

    def need_change(self, request: HttpRequest, template: MessageTemplate) -> None:
        if not self.admin.allows(request, Right.CHANGE, template):
            raise PermissionDenied

    def versions_of(self, template: MessageTemplate, language: str) -> Any:
        return TemplateVersion.objects.filter(template=template, language=language)

    def leads_of(self, request: HttpRequest, template: MessageTemplate) -> Any:
        """Leads to look at the text with: of this institution, and that the person may see."""
        leads = Lead.objects.filter(institution=template.institution_id)
        mine = access_of(request).narrow(
            leads, path="institution", area=Area.LEADS, right=Right.VIEW
        )
        found = find_leads(kind=template.kind, leads=mine)
        return mine.filter(pk__in=list(found.values_list("pk", flat=True)[:MOST_LEADS]))

    def form_of(
        self,
        request: HttpRequest,
        template: MessageTemplate,
        language: str,
        initial: dict[str, Any] | None = None,
    ) -> TextForm:
        return TextForm(
            request.POST if request.method == "POST" else None,
            template=template,
            leads=self.leads_of(request, template),
            in_use=max((one.number for one in self.versions_of(template, language)), default=0),
            initial=initial,
        )

    def preview(self, form: TextForm, language: str) -> Words:
        return preview(
            kind=form.template.kind,
            source=form.source,
            language=language,
            institution=form.template.institution,
            lead=form.cleaned_data["lead"],
            now=timezone.now(),
        )

    def show_editor(
        self,
        request: HttpRequest,
        template: MessageTemplate,
        language: str,
        form: TextForm | None = None,
    ) -> HttpResponse:
        source, comes_from = self.begin_with(request, template, language)
        first = {"subject": source.subject, "body": source.body, "look": "light"}
        context = self.context(request, template, language) | {
            "title": template.name,
            "form": form or self.form_of(request, template, language, first),
            "comes_from": comes_from,
            "vocabulary": vocabulary_of(template.kind),
        }
        return TemplateResponse(request, "admin/hcprograms/messagetemplate/write.html", context)

    def begin_with(
        self, request: HttpRequest, template: MessageTemplate, language: str
    ) -> tuple[Source, Any]:
        """The words that the form opens with, and where they come from."""
        asked = request.GET.get("begin", "")
        current = current_versions(template)
        older = self.versions_of(template, language).exclude(body="")
        version = older.filter(number=asked).first() if is_row_id(asked) else None
        if version is not None:
            text = _("These are the words of version %(number)d.")
            return Source(version.subject, version.body), text % {"number": version.number}
        if asked in current and asked != language:
            text = _("These are the words in the other language, to be translated.")
            return Source(current[asked].subject, current[asked].body), text
        if language in current and asked != "built-in":
            return Source(current[language].subject, current[language].body), ""
        text = _("This is the built-in text. Save it to make it yours.")
        return read_built_in(template.kind, language=language), text

    def context(
        self, request: HttpRequest, template: MessageTemplate, language: str
    ) -> dict[str, Any]:
        current = current_versions(template)
        names = _languages(template)
        return {
            **self.admin.admin_site.each_context(request),
            "opts": self.admin.opts,
            "media": self.admin.media,
            "template": template,
            "language": language,
            "language_name": names[language],
            "languages": [(code, name, current.get(code)) for code, name in names.items()],
            "others": [(code, names[code]) for code in current if code != language],
            "version": current.get(language),
            "may_change": self.admin.allows(request, Right.CHANGE, template),
        }

    def note(self, request: HttpRequest, template: MessageTemplate, what: str) -> None:
        """In the admin's log, which the history page shows."""
        self.admin.log_change(request, template, [{"changed": {"fields": [what]}}])


def _languages(template: MessageTemplate) -> dict[str, str]:
    """Code → name: those of the site, and any that the text has."""
    names = {code: str(name) for code, name in settings.LANGUAGES}
    used = [template.language, *(one.language for one in template.versions.all())]
    return {code: names.get(code) or _name(code) for code in used} | names


def _name(code: str) -> str:
    """Of a language that is not among the site's: “English (en-us)”."""
    try:
        return f"{get_language_info(code)['name']} ({code})"
    except KeyError:
        return code


def _address(page: str, template: MessageTemplate, language: str) -> str:
    return admin_url(f"messagetemplate_{page}", template.pk, language)


def _who(request: HttpRequest) -> Any:
    return request.user


def _with_earlier(
    versions: list[TemplateVersion],
) -> list[tuple[TemplateVersion, TemplateVersion | None]]:
    return list(zip(versions, [*versions[1:], None], strict=True)) if versions else []


def _changes(before: TemplateVersion | None, after: TemplateVersion) -> Any:
    words = [f"{one.subject}\n\n{one.body}" if one else "" for one in (before, after)]
    return compare(*words)
