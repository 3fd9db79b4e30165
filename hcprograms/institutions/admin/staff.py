"""Staff in the admin: memberships with their hours and absences, and invitations."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.access import Area, Right
from hcprograms.institutions.admin.base import ScopedAdmin, ScopedTabularInline
from hcprograms.institutions.admin.forms import ScopedModelForm
from hcprograms.institutions.admin.permissions import access_of
from hcprograms.institutions.email_addresses import format_email, normalize_email
from hcprograms.institutions.invitations import (
    renew_invitation,
    send_invitation,
    withdraw_invitation,
)
from hcprograms.institutions.models import Invitation, Membership, Role
from hcprograms.institutions.presence import Absence, WorkingHours

User = get_user_model()


class LoginNameField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person, named by login name: nobody is shown a list of all people of the site."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid_choice": _("Nobody has this login name. The site's administrator adds people.")
    }

    def __init__(self) -> None:
        super().__init__(
            label=_("login name"),
            queryset=User._default_manager.filter(is_active=True),
            to_field_name=User.USERNAME_FIELD,
            help_text=_("Of somebody who can sign in to this site already."),
        )


class MembershipForm(ScopedModelForm):
    """A new membership names the person by login name; a kept one never changes the person."""

    owned_institutions: frozenset[int] | None = None

    def clean_role(self) -> str:
        role = str(self.cleaned_data["role"])
        chosen = self.cleaned_data.get("institution")
        institution_id = chosen.pk if chosen else self.instance.institution_id
        owned = self.owned_institutions
        if role == Role.OWNER and owned is not None and institution_id not in owned:
            raise forms.ValidationError(_("Only an owner can make somebody an owner."))
        return role


class NewMembershipForm(MembershipForm):
    user = LoginNameField()


class WorkingHoursInline(ScopedTabularInline):
    model = WorkingHours
    area = Area.STAFF
    institution_path = "membership__institution"
    verbose_name_plural = _("working hours (none: the office hours)")


class AbsenceInline(ScopedTabularInline):
    model = Absence
    area = Area.STAFF
    institution_path = "membership__institution"
    verbose_name_plural = _("absences (no new leads on these days)")


class MembershipAdmin(ScopedAdmin):
    """Registered by ``leads.admin.members``, which adds who takes over from who leaves."""

    area = Area.STAFF
    institution_path = "institution"
    always_select = ("user", "institution")
    list_display = [
        "display_name",
        "institution",
        "role",
        "receives_leads",
        "is_active",
        "gets_emails",
    ]
    list_filter = ["role", "receives_leads", "is_active", "institution"]
    search_fields = ["institution__name"]  # and the user's: get_search_fields
    autocomplete_fields = ["institution"]
    inlines = [WorkingHoursInline, AbsenceInline]
    actions = ["write_again"]

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Whatever of names, sign-in name and email address the site's users have."""
        model: Any = get_user_model()
        wanted = ["first_name", "last_name", model.get_email_field_name(), model.USERNAME_FIELD]
        known = {field.name for field in model._meta.get_fields()}
        names = [name for name in dict.fromkeys(wanted) if name in known]
        return [*(f"user__{name}" for name in names), *super().get_search_fields(request)]

    fields = [
        "institution",
        "user",
        "role",
        "receives_leads",
        "daily_cap",
        "is_fallback",
        "phone",
        "is_active",
    ]

    @admin.display(description=_("email address"))
    def gets_emails(self, member: Any) -> str:
        """The address, and whether emails to it came back."""
        address = str(getattr(member.user, "email", "")).strip()
        if not address:
            return format_html('<strong class="hcp-bad">{}</strong>', _("none: gets no emails"))
        if not format_email(address):
            why = _("no email can be sent to this address")
            return format_html('{} <strong class="hcp-bad">{}</strong>', address, why)
        if not member.is_unreachable:
            return address
        since = date_format(timezone.localtime(member.bounced_at), "SHORT_DATETIME_FORMAT")
        told = _("takes no emails (%(since)s)") % {"since": since}
        return format_html('{} <strong class="hcp-bad">{}</strong>', address, told)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = MembershipForm if obj else NewMembershipForm
        form = super().get_form(request, obj, change=change, **kwargs)
        form.owned_institutions = self.owned_by(request)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["institution", "user", "gets_emails"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.fields[:2], "gets_emails", *self.fields[2:]] if obj else self.fields

    def has_write_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, Right.CHANGE, None)

    @admin.action(description=_("Their address takes emails again"), permissions=["write"])
    def write_again(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        for member in self.changeable(request, rows).exclude(bounced_address=""):
            member.bounced_address, member.bounced_at = "", None
            member.save(update_fields=["bounced_address", "bounced_at"])
            self.log_change(request, member, [{"changed": {"fields": [str(_("email address"))]}}])
        messages.success(request, _("Emails to them are no longer taken for lost."))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Members join by accepting an invitation; administrators of the site name anybody."""
        return access_of(request).is_unlimited

    def owned_by(self, request: HttpRequest) -> frozenset[int] | None:
        return owned_institutions(request)

    def allows(self, request: HttpRequest, right: Right, row: Any) -> bool:
        """As everywhere; and an owner's membership is changed by owners only."""
        owned = self.owned_by(request)
        is_owner = isinstance(row, Membership) and row.role == Role.OWNER
        if right == Right.CHANGE and is_owner and owned is not None:
            return row.institution_id in owned
        return super().allows(request, right, row)


class InvitationForm(MembershipForm):
    """Whom to invite, by address: whether the site knows it is not told."""

    def clean_email(self) -> str:
        return normalize_email(self.cleaned_data["email"]).lower()


@admin.register(Invitation)
class InvitationAdmin(ScopedAdmin):
    """For owners and managers: invite by email address, send again, withdraw."""

    area = Area.STAFF
    institution_path = "institution"
    always_select = ("institution", "invited_by")
    form = InvitationForm
    list_display = ["email", "institution", "role", "state", "created_at"]
    list_filter = ["role", "institution"]
    search_fields = ["email"]
    autocomplete_fields = ["institution"]
    fields = ["institution", "email", "role"]
    actions = ["send_again", "withdraw"]

    @admin.display(description=_("state"))
    def state(self, row: Invitation) -> str:
        if row.accepted_at:
            return str(_("accepted"))
        if row.withdrawn_at:
            return str(_("withdrawn"))
        return str(_("expired") if row.expires_at <= timezone.now() else _("open"))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, Right.CHANGE, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, Right.CHANGE, None)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return self.narrow(request, rows, area=self.area, right=Right.CHANGE)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.fields, "state", "invited_by", "expires_at"] if obj else self.fields

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.owned_institutions = owned_institutions(request)
        return form

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        obj.invited_by = request.user
        token = renew_invitation(invitation=obj, now=timezone.now())
        super().save_model(request, obj, form, change)
        self.send(request, obj, token)

    def send(self, request: HttpRequest, invitation: Invitation, token: str) -> None:
        """Send the link; a failure is said, and the invitation stays to be sent again."""
        try:
            send_invitation(invitation=invitation, token=token)
        except Exception as error:
            text = _("The email to %(email)s was not sent (%(why)s). Send it again.")
            why = type(error).__name__
            messages.error(request, text % {"email": invitation.email, "why": why})
        else:
            text = _("An email with a link is on its way to %(email)s.")
            messages.success(request, text % {"email": invitation.email})

    def open_ones(self, request: HttpRequest, rows: "QuerySet[Any]") -> list[Invitation]:
        """Of the chosen rows those that are open and that the person might have sent."""
        owned = owned_institutions(request)
        chosen = self.changeable(request, Invitation.objects.open().filter(pk__in=rows))
        return [
            row
            for row in chosen.select_related("institution")
            if row.role != Role.OWNER or owned is None or row.institution_id in owned
        ]

    @admin.action(description=_("Send again, with a new link"), permissions=["invite"])
    def send_again(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        for row in self.open_ones(request, rows):
            token = renew_invitation(invitation=row, now=timezone.now())
            row.save(update_fields=["token_hash", "expires_at"])
            self.log_change(request, row, [{"changed": {"fields": [str(_("link"))]}}])
            self.send(request, row, token)

    @admin.action(description=_("Withdraw"), permissions=["invite"])
    def withdraw(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        for row in self.open_ones(request, rows):
            if withdraw_invitation(invitation=row, now=timezone.now()):
                self.log_change(request, row, [{"changed": {"fields": [str(_("withdrawn at"))]}}])
        messages.success(request, _("Their links do not work any more."))


def owned_institutions(request: HttpRequest) -> frozenset[int] | None:
    """Institutions that the person owns; ``None`` for a superuser: all."""
    access = access_of(request)
    owned = (pk for pk, role in access.roles.items() if role == Role.OWNER)
    return None if access.is_unlimited else frozenset(owned)
