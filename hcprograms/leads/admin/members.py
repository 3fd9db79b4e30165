"""Members who leave: the admin asks who takes over their open work before they do."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hcprograms.institutions.admin.base import admin_url
from hcprograms.institutions.admin.staff import MembershipAdmin
from hcprograms.institutions.models import Membership, Role
from hcprograms.leads.assignment import ANSWERING_ROLES, lock_members
from hcprograms.leads.handover import OpenWork, find_clash, find_open_work, hand_over

BY_RULES = "rules"
TO_NO_ONE = "none"
FIELD = "handover"


class HandoverField(forms.ChoiceField):
    """To whom open work goes: a colleague, by the rules, or to no one on purpose."""

    def __init__(self, colleagues: "QuerySet[Membership]") -> None:
        self.colleagues = {str(one.pk): one for one in colleagues}
        super().__init__(
            label=_("Who takes over"),
            required=False,
            choices=[
                ("", _("please choose")),
                *((key, one.display_name) for key, one in self.colleagues.items()),
                (BY_RULES, _("by the routing rules")),
                (TO_NO_ONE, _("nobody: leave them unassigned on purpose")),
            ],
        )

    def find_colleague(self, value: str) -> Membership | None:
        return self.colleagues.get(value)


def list_colleagues(leaving: Any) -> "QuerySet[Membership]":
    """Who can take over from all of these members."""
    schools = {one.institution_id for one in leaving}
    members = Membership.objects.active().filter(role__in=ANSWERING_ROLES)
    if len(schools) != 1:
        return members.none()
    mine = members.filter(institution__in=schools).exclude(pk__in=[one.pk for one in leaving])
    return mine.select_related("user").order_by("pk")


class HandoverForm(forms.Form):
    """The question on the page that deletes members."""

    def __init__(self, *args: Any, leaving: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leaving = leaving
        now = timezone.now()
        self.work = [(one, find_open_work(membership=one, now=now)) for one in leaving]
        self.fields[FIELD] = HandoverField(list_colleagues(leaving))

    @property
    def is_needed(self) -> bool:
        return any(work for _member, work in self.work)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        given = values.get(FIELD, "")
        if self.is_needed and not given:
            self.add_error(FIELD, _("Say who takes over the open work."))
        elif self.is_needed:
            to = self.colleague
            clashes = (
                find_clash(membership=one, to=to, now=timezone.now()) for one in self.leaving
            )
            for clash in filter(None, clashes):
                self.add_error(FIELD, clash)
        return values

    @property
    def colleague(self) -> Membership | None:
        field: Any = self.fields[FIELD]
        found: Membership | None = field.find_colleague(self.cleaned_data.get(FIELD, ""))
        return found


def say_work(member: Membership, work: OpenWork) -> str:
    text = _("%(who)s has %(work)s. Say who takes over.")
    return str(text % {"who": member.display_name, "work": work})


@admin.register(Membership)
class HandoverMembershipAdmin(MembershipAdmin):
    """The memberships, with a question where somebody leaves who has open work."""

    actions = [*MembershipAdmin.actions, "delete_selected"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = list(super().get_fields(request, obj))
        may_leave = obj is not None and obj.is_active and self.has_change_permission(request, obj)
        return [*fields, FIELD] if may_leave and self.work_of(request, obj) else fields

    def work_of(self, request: HttpRequest, member: Membership) -> OpenWork:
        """The open work of the member, counted once per request."""
        known: dict[int, OpenWork] = vars(request).setdefault("hcprograms_open_work", {})
        if member.pk not in known:
            known[member.pk] = find_open_work(membership=member, now=timezone.now())
        return known[member.pk]

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if kwargs.get("fields"):
            kwargs["fields"] = [one for one in kwargs["fields"] if one != FIELD]
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        if obj is None or FIELD not in self.get_fields(request, obj):
            return form
        return build_leaving_form(form, obj, self.work_of(request, obj))

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        lock_members(institution=obj.institution)
        super().save_model(request, obj, form, change)
        if getattr(form, "is_leaving", False):
            given = form.cleaned_data[FIELD]
            count = hand_over(
                membership=obj,
                to=form.fields[FIELD].find_colleague(given),
                by_rules=given == BY_RULES,
                user=request.user,
                now=timezone.now(),
            )
            Membership.objects.filter(pk=obj.pk).update(is_active=obj.is_active)
            tell_handed_over(request, count, given)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        member = self.get_object(request, object_id)
        if member is None or not self.has_delete_permission(request, member):
            return super().delete_view(request, object_id, extra_context)
        return self.ask_or_delete(request, [member]) or HttpResponseRedirect(
            admin_url("membership_changelist")
        )

    @admin.action(description=_("Delete selected memberships"), permissions=["delete"])
    def delete_selected(self, request: HttpRequest, rows: "QuerySet[Any]") -> HttpResponse | None:
        members = list(self.changeable(request, rows).select_related("user", "institution"))
        if not all(self.has_delete_permission(request, one) for one in members):
            raise PermissionDenied
        return self.ask_or_delete(request, members) if members else None

    def ask_or_delete(self, request: HttpRequest, members: list[Membership]) -> HttpResponse | None:
        """The page that asks, or None where the members were deleted."""
        is_sent = request.method == "POST" and "post" in request.POST
        form = HandoverForm(request.POST if is_sent else None, leaving=members)
        _objects, _counts, forbidden, protected = self.get_deleted_objects(members, request)
        if is_sent and (protected or forbidden):
            raise PermissionDenied
        if is_sent and form.is_valid():
            self.delete_members(request, members, form)
            return None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "title": _("Delete memberships"),
            "form": form,
            "leaving": form.work,
            "belongings": [*sorted(str(one) for one in forbidden), *protected],
            "checkbox": ACTION_CHECKBOX_NAME,
            "action": request.POST.get("action", ""),
        }
        return TemplateResponse(request, "admin/hcprograms/membership/delete.html", context)

    def delete_members(
        self, request: HttpRequest, members: list[Membership], form: HandoverForm
    ) -> None:
        user: Any = request.user
        given = form.cleaned_data.get(FIELD, "")
        count = 0
        schools = {member.institution_id: member.institution for member in members}
        with transaction.atomic():
            for _pk, school in sorted(schools.items()):
                lock_members(institution=school)
            for member, work in form.work:
                if work:
                    count += hand_over(
                        membership=member,
                        to=form.colleague,
                        by_rules=given == BY_RULES,
                        user=user,
                        now=timezone.now(),
                        is_deleted=True,
                    )
            self.log_deletions(request, Membership.objects.filter(pk__in=[m.pk for m in members]))
            for member in members:
                self.delete_model(request, member)
        text = ngettext(
            "%(count)d membership was deleted.", "%(count)d memberships were deleted.", len(members)
        )
        messages.success(request, text % {"count": len(members)})
        if count:
            tell_handed_over(request, count, given)


def build_leaving_form(form: Any, member: Membership, work: OpenWork) -> Any:
    """The member's form with the question, needed when they stop answering leads."""

    class LeavingForm(form):  # type: ignore[misc]  # made by the admin for each request
        is_leaving = False

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            field = HandoverField(list_colleagues([member]))
            field.help_text = _("Needed to make them inactive. They have %(work)s.") % {
                "work": work
            }
            self.fields[FIELD] = field

        def clean(self) -> Any:
            values = super().clean()
            cleaned = self.cleaned_data
            stops = not cleaned.get("is_active", True)
            stops = stops or cleaned.get("role") in (Role.EDITOR, Role.VIEWER)
            if not stops:
                return values
            given = cleaned.get(FIELD, "")
            field: Any = self.fields[FIELD]
            to = field.find_colleague(given)
            if not given:
                self.add_error(FIELD, say_work(member, work))
            elif clash := find_clash(membership=member, to=to, now=timezone.now()):
                self.add_error(FIELD, clash)
            else:
                self.is_leaving = True
            return values

    return LeavingForm


def tell_handed_over(request: HttpRequest, count: int, given: str) -> None:
    """Say what became of the leads, by the answer to who takes over."""
    if given == TO_NO_ONE:
        text = ngettext(
            "%(count)d open lead is assigned to nobody now.",
            "%(count)d open leads are assigned to nobody now.",
            count,
        )
    else:
        text = ngettext(
            "%(count)d open lead was handed over.",
            "%(count)d open leads were handed over.",
            count,
        )
    messages.success(request, text % {"count": count})
