"""One person's interest at one institution, and all that happened to it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from hcprograms.catalog.models.choices import Education, Military
from hcprograms.catalog.models.programs import Offering
from hcprograms.institutions.email_addresses import is_same_email
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.scoping import LeadScopedManager, ScopedManager, scope
from hcprograms.leads.models.forms import InterestForm


class BestTime(models.TextChoices):
    ANY = "any", _("any time")
    MORNING = "morning", _("morning (8 to 12)")
    AFTERNOON = "afternoon", _("afternoon (12 to 5)")
    EVENING = "evening", _("evening (5 to 9)")


class LeadQuerySet(models.QuerySet["Lead"]):
    """Leads by where they stand; see ``Lead.Status`` for what each word means."""

    def open(self) -> "LeadQuerySet":
        return self.filter(status__in=Lead.Status.list_open())

    def held(self) -> "LeadQuerySet":
        return self.filter(status__in=Lead.Status.list_held())

    def closed(self) -> "LeadQuerySet":
        return self.filter(status__in=Lead.Status.list_closed())

    def not_closed(self) -> "LeadQuerySet":
        return self.exclude(status__in=Lead.Status.list_closed())

    def genuine(self) -> "LeadQuerySet":
        return self.filter(status__in=Lead.Status.list_genuine())

    def needs_response(self) -> "LeadQuerySet":
        """Open leads without a first response; of merged ones the kept lead only."""
        return self.filter(is_waiting=True)


class Lead(models.Model):
    """One person's interest at one institution. Every submit is a lead of its own.

    ``extra`` lists key, question as worded that day and answer in words, for the form's own
    questions; ``recommendation`` is the JSON of the matches as the applicant saw them, frozen;
    ``answers`` is Answers as JSON; ``attribution`` says where the visit came from, ``source`` the
    same in one word. ``name_key`` is the name as it is compared. A lead that is ``merged_into``
    another keeps all its own rows, so that the merge can be undone.
    """

    class Status(models.TextChoices):
        NEW = "new", _("new")
        CONTACTED = "contacted", _("contacted")
        APPOINTMENT = "appointment", _("appointment")
        APPLIED = "applied", _("applied")
        ADMITTED = "admitted", _("admitted")
        ENROLLED = "enrolled", _("enrolled")
        CLOSED = "closed", _("closed")
        QUARANTINED = "quarantined", _("suspected spam, to review")
        SPAM = "spam", _("spam")

        @property
        def is_open(self) -> bool:
            """Staff work on it: neither closed, nor spam, nor held for review."""
            return not self.is_closed and not self.is_held

        @property
        def is_held(self) -> bool:
            """Suspected spam that waits for staff's review."""
            return self.value == "quarantined"

        @property
        def is_closed(self) -> bool:
            """Nothing more is done about it."""
            return self.value in ("closed", "spam")

        @property
        def is_genuine(self) -> bool:
            """A person's inquiry, closed ones included: neither spam nor suspected of it."""
            return self.value not in ("quarantined", "spam")

        @classmethod
        def list_open(cls) -> "list[Lead.Status]":
            return [one for one in cls if one.is_open]

        @classmethod
        def list_held(cls) -> "list[Lead.Status]":
            return [one for one in cls if one.is_held]

        @classmethod
        def list_closed(cls) -> "list[Lead.Status]":
            return [one for one in cls if one.is_closed]

        @classmethod
        def list_genuine(cls) -> "list[Lead.Status]":
            return [one for one in cls if one.is_genuine]

    STAGES = ("new", "contacted", "appointment", "applied", "admitted", "enrolled")
    """The way of a lead; ``stage`` is the furthest it ever came, by its place in here."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission_id = models.UUIDField(unique=True, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="leads")
    form = models.ForeignKey(InterestForm, models.RESTRICT, related_name="leads")
    form_version = models.PositiveIntegerField(_("version of the form"), default=1)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.NEW)
    stage = models.PositiveSmallIntegerField(
        _("furthest stage"), default=0, editable=False, db_default=0
    )
    close_reason = models.CharField(_("reason for closing"), max_length=200, blank=True)
    name = models.CharField(_("name"), max_length=300)
    name_key = models.CharField(max_length=300, blank=True, editable=False)
    email = models.EmailField(_("email"), max_length=254)
    bounced_address = models.EmailField(
        _("address that takes no emails"),
        max_length=254,
        blank=True,
        editable=False,
        default="",
        db_default="",
    )
    bounced_at = models.DateTimeField(_("found out at"), null=True, editable=False)
    own_email_hash = models.CharField(
        _("hash of the address that the person gave"),
        max_length=64,
        blank=True,
        editable=False,
        default="",
        db_default="",
        help_text=_("Only where staff changed it: links then open less."),
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    country = CountryField(_("country"), blank=True)
    state = models.CharField(_("state"), max_length=10, blank=True)
    education = models.CharField(_("education"), max_length=12, choices=Education, blank=True)
    military = models.CharField(_("military"), max_length=12, choices=Military, blank=True)
    start_from = models.CharField(_("wished start"), max_length=7, blank=True)
    best_time = models.CharField(
        _("best time to call"), max_length=10, choices=BestTime, blank=True
    )
    message = models.TextField(_("message"), blank=True)
    organisation = models.CharField(
        _("organisation"), max_length=200, blank=True, help_text=_("That asks for training.")
    )
    people = models.PositiveIntegerField(_("people to train"), null=True, blank=True)
    topics = models.TextField(_("topics of the training"), blank=True)
    extra = models.JSONField(_("answers to the form's own questions"), default=list, blank=True)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    recommendation = models.JSONField(_("recommendation"), default=dict, blank=True)
    attribution = models.JSONField(_("attribution"), default=dict, blank=True)
    source = models.CharField(_("source"), max_length=150, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=10, blank=True)
    assigned_to = models.ForeignKey(
        Membership,
        models.SET_NULL,
        related_name="leads",
        null=True,
        blank=True,
        verbose_name=_("assigned to"),
    )
    assignment_reason = models.CharField(_("why assigned"), max_length=200, blank=True)
    captured_at = models.DateTimeField(_("asked at"))
    answer_due_at = models.DateTimeField(_("answer due at"), null=True, editable=False)
    first_answered_at = models.DateTimeField(_("first answered at"), null=True, blank=True)
    first_answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("first answered by"),
    )
    answered_after_minutes = models.PositiveIntegerField(
        _("business minutes until the first answer"), null=True, editable=False
    )
    merged_into = models.ForeignKey(
        "self",
        models.SET_NULL,
        related_name="merged",
        null=True,
        editable=False,
        db_index=False,
        verbose_name=_("merged into"),
    )
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)
    is_waiting = models.GeneratedField(
        # A column, so that the inbox is read in the order of an index.
        expression=Q(first_answered_at__isnull=True, merged_into__isnull=True)  # type: ignore[arg-type]
        & ~Q(status__in=[one.value for one in Status if not one.is_open]),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedManager.from_queryset(LeadQuerySet)()

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-captured_at"]
        indexes = [
            models.Index(fields=["institution", "status", "-captured_at"], name="hcp_lead_inbox"),
            models.Index(
                fields=["institution", "-is_waiting", "-captured_at", "-id"],
                name="hcp_lead_unanswered_first",
            ),
            models.Index(
                fields=["institution", "name_key"], condition=~Q(name_key=""), name="hcp_lead_name"
            ),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="hcp_lead_merged",
            ),
            models.Index("institution", Upper("email"), name="hcp_lead_email"),
            models.Index(fields=["institution", "-updated_at", "-id"], name="hcp_lead_changed"),
            models.Index(
                fields=["institution", "phone"], condition=~Q(phone=""), name="hcp_lead_phone"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="hcp_lead_not_merged_into_itself",
            )
        ]

    def __str__(self) -> str:
        return self.name or str(_("erased person"))

    @property
    def is_open(self) -> bool:
        return self.Status(self.status).is_open

    @property
    def is_held(self) -> bool:
        return self.Status(self.status).is_held

    @property
    def is_closed(self) -> bool:
        return self.Status(self.status).is_closed

    @property
    def is_genuine(self) -> bool:
        return self.Status(self.status).is_genuine

    @property
    def is_unreachable(self) -> bool:
        """Whether emails to the present address came back; a corrected one is tried anew."""
        return is_same_email(self.email, self.bounced_address)

    def list_with_merged(self) -> "list[Lead]":
        """Return this lead, then those merged into it, oldest first."""
        with scope(institution=self.institution):
            merged = Lead.objects.filter(merged_into=self).select_related("form")
            return [self, *merged.order_by("captured_at", "pk")]

    def list_of_same_person(self) -> "list[Lead]":
        """Return all that staff merged with this lead, the kept one first, and the lead itself."""
        kept = self.merged_into
        return (self if kept is None else kept).list_with_merged()

    def reach(self, status: str) -> None:
        """Take a status and note how far the lead has come; not saved."""
        self.status = self.Status(status)
        if status in self.STAGES:
            self.stage = max(self.stage, self.STAGES.index(status))


class LeadChoice(models.Model):
    """An offering that the person asked about, with its name as shown that day."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="choices")
    offering = models.ForeignKey(Offering, models.SET_NULL, null=True, blank=True)
    title = models.CharField(_("program"), max_length=400)

    objects = LeadScopedManager()

    class Meta:
        verbose_name = _("program asked about")
        verbose_name_plural = _("programs asked about")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class LeadEvent(models.Model):
    """One entry of a lead's timeline."""

    class Kind(models.TextChoices):
        CAPTURED = "captured", _("asked")
        ASSIGNED = "assigned", _("assigned")
        STATUS = "status", _("status changed")
        ANSWERED = "answered", _("first answer")
        NOTE = "note", _("note")
        CALL = "call", _("call")
        MAIL_SENT = "mail_sent", _("email sent")
        MAIL_FAILED = "mail_failed", _("email failed")
        CONSENT = "consent", _("consent changed")
        CORRECTED = "corrected", _("details corrected")
        RELEASED = "released", _("released from quarantine")
        REOPENED = "reopened", _("reopened: the clock starts again")
        UNDONE = "undone", _("undone")
        MESSAGE = "message", _("message to the applicant")
        RECEIVED = "received", _("message from the applicant")
        BOUNCED = "bounced", _("address takes no emails")
        MERGED = "merged", _("merged")
        UNMERGED = "unmerged", _("merge undone")
        APPOINTMENT = "appointment", _("appointment")
        PLAN = "plan", _("planned messages changed")
        FILE = "file", _("file opened")
        ERASED = "erased", _("person erased")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="events")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    text = models.TextField(_("text"), blank=True)
    details = models.JSONField(
        null=True, blank=True, editable=False, help_text=_("What undoing the step puts back.")
    )

    objects = LeadScopedManager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("timeline")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["lead", "at"], name="hcp_lead_event_timeline")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"


class CaptureAttempt(models.Model):
    """One submit of an interest form and its outcome, refused and suspected ones included."""

    class Outcome(models.TextChoices):
        CAPTURED = "captured", _("captured")
        REPEATED = "repeated", _("same submit again")
        INVALID = "invalid", _("refused: errors in the form")
        STALE = "stale", _("refused: the form had expired")
        QUARANTINED = "quarantined", _("held for review")
        LIMITED = "limited", _("refused: too many")
        ASKED = "asked", _("asked for a proof of work")
        LEFT = "left", _("went on to the school’s application")

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="capture_attempts")
    form = models.ForeignKey(InterestForm, models.CASCADE, related_name="capture_attempts")
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, blank=True)
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    detail = models.CharField(
        _("detail"),
        max_length=300,
        blank=True,
        help_text=_("Names of the fields with errors, or what raised suspicion."),
    )
    submitted = models.JSONField(
        _("what was typed"),
        default=dict,
        blank=True,
        help_text=_("Kept for refused submits only, so that none is ever silently gone."),
    )
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = _("capture attempt")
        verbose_name_plural = _("capture log")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["institution", "-at"], name="hcp_capture_attempt_recent"),
            models.Index(fields=["ip_address", "-at"], name="hcp_capture_attempt_address"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_outcome_display()}"
