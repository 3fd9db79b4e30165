"""Institutions and the people and hours behind them."""

import uuid
import zoneinfo
from collections.abc import Collection
from datetime import time
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from hcprograms.institutions.email_addresses import (
    get_comparable_email,
    is_same_email,
    normalize_email,
)
from hcprograms.institutions.querysets import WatchedManager, WatchedQuerySet


def validate_time_zone(value: str) -> None:
    """Refuse a name that the time zone database does not know."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(value)s” is not a known time zone."), params={"value": value})


@cache
def has_no_clock() -> Q:
    """An institution whose time zone no longer exists: its hours are read as UTC."""
    return ~Q(time_zone__in=sorted(zoneinfo.available_timezones()))


MAILBOX = r"^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9.-]+\Z"
"""A mailbox as it is stored: RFC 5322's dot-atom before the @, lower case, ASCII only."""


def _normalize(email: str) -> str:
    return normalize_email(email) if email else ""


class InstitutionQuerySet(WatchedQuerySet["Institution"]):
    def published(self) -> "InstitutionQuerySet":
        """Institutions that the public may see."""
        return self.filter(is_published=True)


class Institution(models.Model):
    """A school: one legal seller, to whom everything below belongs."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    legal_name = models.CharField(
        _("legal name"),
        max_length=200,
        blank=True,
        help_text=_("The seller named in consent texts. Empty: the name above."),
    )
    is_published = models.BooleanField(_("published"), default=True)
    is_fictional = models.BooleanField(
        _("fictional"),
        default=False,
        help_text=_("A made-up example. Every public page says so."),
    )
    website = models.URLField(_("website"), max_length=500, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("email"), blank=True)
    withdrawal_email = models.EmailField(
        _("address that ends emails"),
        blank=True,
        help_text=_(
            "Who writes STOP to it gets no more emails. Printed in emails to applicants. This site"
            " must be given its mail: see “Mail that comes in” in the documentation."
        ),
    )
    country = CountryField(_("country"), default="US")
    state = models.CharField(_("state"), max_length=10, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    postal_address = models.TextField(
        _("postal address"),
        blank=True,
        help_text=_("Printed at the end of emails to applicants, as the law asks."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="America/New_York", validators=[validate_time_zone]
    )
    closes_on_holidays = models.BooleanField(
        _("closed on public holidays"),
        default=False,
        help_text=_("Those of its country and state. Other days off are closures, below."),
    )
    sends_digest = models.BooleanField(
        _("daily digest of open leads"),
        default=True,
        help_text=_("By email on open days: all open leads to managers, their own to advisors."),
    )
    digest_at = models.TimeField(_("digest at"), default=time(8))
    privacy_url = models.URLField(_("privacy policy"), max_length=500, blank=True)
    terms_url = models.URLField(_("terms of use"), max_length=500, blank=True)
    accreditation_limit_days = models.PositiveSmallIntegerField(
        _("days an accreditation check stays fresh"),
        default=365,
        help_text=_("A claim not verified for longer is not shown to the public."),
    )
    unitid = models.CharField(
        _("UNITID"),
        max_length=6,
        null=True,
        blank=True,
        unique=True,
        validators=[RegexValidator(r"^\d{6}$", _("UNITID is six digits."))],
    )
    opeid = models.CharField(
        _("OPEID"),
        max_length=8,
        blank=True,
        validators=[RegexValidator(r"^\d{8}$", _("OPEID is eight digits, zeros included."))],
    )
    institutional_accreditor = models.CharField(
        _("institutional accreditor"), max_length=200, blank=True
    )
    published_tuition = models.JSONField(
        _("institution-wide published tuition"),
        default=list,
        blank=True,
        help_text=_("Yearly figures for the whole institution, each with its source and period."),
    )
    source = models.CharField(
        _("source"), max_length=200, blank=True, help_text=_("Where imported facts come from.")
    )
    source_as_of = models.CharField(_("source's period"), max_length=40, blank=True)
    import_digest = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unitid__isnull=True) | Q(unitid__regex=r"^\d{6}$"),
                name="hcp_institution_unitid_six_digits",
            ),
            models.CheckConstraint(
                condition=Q(opeid="") | Q(opeid__regex=r"^\d{8}$"),
                name="hcp_institution_opeid_eight_digits",
            ),
            # Unique as it is stored, and stored in one spelling only: SQL's idea of “the same
            # letters” differs between databases, and from Python's.
            models.CheckConstraint(
                condition=Q(withdrawal_email="") | Q(withdrawal_email__regex=MAILBOX),
                name="hcp_institution_withdrawal_email_plain",
                violation_error_message=_("Check the address that ends emails."),
            ),
            models.UniqueConstraint(
                fields=["withdrawal_email"],
                condition=~Q(withdrawal_email=""),
                name="hcp_institution_withdrawal_email_same",
                violation_error_message=_("Another institution has this address that ends emails."),
            ),
            models.UniqueConstraint(
                Lower("slug"),
                name="hcp_institution_slug_same",
                violation_error_message=_("Another institution has this slug."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.withdrawal_email:
            self.withdrawal_email = get_comparable_email(self.withdrawal_email)
        super().save(*args, **kwargs)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Bring the email addresses into their canonical form before they are checked."""
        skipped = set(exclude or ())
        errors: dict[str, Any] = {}
        for name in {"email", "withdrawal_email"} - skipped:
            try:
                setattr(self, name, _normalize(getattr(self, name)))
            except ValidationError as error:
                errors[name] = error.error_list
        # A mailbox is compared as it is stored, so it is stored in lower case altogether.
        self.withdrawal_email = self.withdrawal_email.lower()
        try:
            super().clean_fields(exclude=skipped | errors.keys())
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    @property
    def seller(self) -> str:
        """The legal name that a consent is given to."""
        return self.legal_name or self.name


class Campus(models.Model):
    """A place where an institution teaches."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="campuses")
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=120)
    is_main = models.BooleanField(_("main campus"), default=False)
    address = models.CharField(_("address"), max_length=300, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=10, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = CountryField(_("country"), default="US")

    objects = WatchedManager()

    class Meta:
        verbose_name = _("campus")
        verbose_name_plural = _("campuses")
        ordering = ["-is_main", "name"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "slug"], name="hcp_campus_slug_once"),
            models.UniqueConstraint(
                fields=["institution"],
                condition=Q(is_main=True),
                name="hcp_campus_one_main",
                violation_error_message=_("This institution has a main campus already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", _("owner")
    MANAGER = "manager", _("manager")
    ADVISOR = "advisor", _("advisor")
    EDITOR = "editor", _("editor (catalog only)")
    VIEWER = "viewer", _("viewer")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        """Memberships of people who can still sign in."""
        return self.filter(is_active=True, user__is_active=True)

    def advisors(self) -> "MembershipQuerySet":
        """Active members who are told of new leads, in a stable order."""
        return self.active().filter(receives_leads=True).order_by("pk")


class Membership(models.Model):
    """A user's role in one institution. The email is the user's."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="hcprograms_memberships"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)
    receives_leads = models.BooleanField(
        _("is told of new leads"),
        default=False,
        help_text=_("This person gets an email the moment somebody asks."),
    )
    is_fallback = models.BooleanField(
        _("answers when nobody else can"),
        default=False,
        help_text=_("Gets the leads that no rule and no advisor can take. One per school."),
    )
    daily_cap = models.PositiveSmallIntegerField(
        _("new leads per day at most"),
        null=True,
        blank=True,
        help_text=_("Empty: no limit. Leads given by hand do not count."),
    )
    phone = models.CharField(_("direct phone"), max_length=40, blank=True)
    bounced_address = models.EmailField(
        _("address that takes no emails"), blank=True, editable=False, default="", db_default=""
    )
    bounced_at = models.DateTimeField(_("found out at"), null=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    # New leads go round: the lowest turn is next. The last two count towards the cap.
    lead_turn = models.PositiveBigIntegerField(default=0, editable=False)
    leads_on = models.DateField(null=True, editable=False)
    leads_that_day = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["institution", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "user"],
                name="hcp_membership_once",
                violation_error_message=_("This person is a member of the institution already."),
            ),
            models.CheckConstraint(
                condition=Q(receives_leads=False) | ~Q(role__in=["editor", "viewer"]),
                name="hcp_membership_lead_roles",
                violation_error_message=_("Editors and viewers are not told of leads."),
            ),
            models.UniqueConstraint(
                fields=["institution"],
                condition=Q(is_fallback=True),
                name="hcp_membership_one_fallback",
                violation_error_message=_("Somebody else answers when nobody else can already."),
            ),
            models.CheckConstraint(
                condition=Q(is_fallback=False) | ~Q(role__in=["editor", "viewer"]),
                name="hcp_membership_fallback_roles",
                violation_error_message=_("Editors and viewers do not answer leads."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The person's full name, or the login name where none is given."""
        full_name = getattr(self.user, "get_full_name", lambda: "")()
        return str(full_name or self.user.get_username())

    @property
    def is_unreachable(self) -> bool:
        """Whether emails to the person's present address came back; a new address is tried."""
        return is_same_email(str(getattr(self.user, "email", "")), self.bounced_address)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Invitations that were neither accepted nor withdrawn; they may have expired."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)


class Invitation(models.Model):
    """An offer of a role in an institution, sent to an address whose owner may accept it once."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="invitations")
    email = models.CharField(_("email address"), max_length=254)
    role = models.CharField(_("role"), max_length=10, choices=Role)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("invited by"),
    )
    created_at = models.DateTimeField(_("invited at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("can be accepted until"), editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="hcp_invitation_one_open",
                violation_error_message=_(
                    "This address is invited already. Send that invitation again, or withdraw it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="hcp_invitation_one_end",
            ),
        ]

    def __str__(self) -> str:
        return self.email


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class OfficeHours(models.Model):
    """One published stretch of hours on a weekday, in the institution's time zone.

    ``closes`` at or before ``opens`` means past midnight, into the next day.
    """

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="office_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    objects = WatchedManager()

    class Meta:
        verbose_name = _("office hours")
        verbose_name_plural = _("office hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "weekday", "opens"], name="hcp_office_hours_once"
            ),
            models.CheckConstraint(
                condition=Q(weekday__lte=6), name="hcp_office_hours_weekday_exists"
            ),
        ]

    def __str__(self) -> str:
        return f"{Weekday(self.weekday).label} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Closure(models.Model):
    """Days on which the office is closed although its weekday is open."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="closures")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = WatchedManager()

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="hcp_closure_days_in_order",
                violation_error_message=_("The last day comes before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"
