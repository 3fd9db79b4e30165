"""The sheet of accreditation records: it adds and corrects, and never edits one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hcprograms.catalog.cells import canonical, plain_word
from hcprograms.catalog.models.accreditation import AccreditationRecord, Accreditor, Action
from hcprograms.catalog.models.programs import Offering, Program
from hcprograms.catalog.recording import check_record, create_record, is_about_other
from hcprograms.catalog.spreadsheets.columns import Column
from hcprograms.catalog.spreadsheets.offerings import (
    CAMPUS_MEANING,
    PROGRAM_MEANING,
    DeliveryWidget,
    read_delivery,
)
from hcprograms.catalog.spreadsheets.programs import ID_MEANING, INSTITUTION_MEANING
from hcprograms.catalog.spreadsheets.reach import read_id
from hcprograms.catalog.spreadsheets.record_columns import (
    ABOUT,
    ACTION_WORDS,
    AccreditorWidget,
    Subject,
)
from hcprograms.catalog.spreadsheets.sheet import Cells, Sheet
from hcprograms.catalog.spreadsheets.widgets import (
    ChoiceWidget,
    CodeWidget,
    DateWidget,
    YesNoWidget,
)
from hcprograms.institutions.models import Institution

NEVER_EDITED = gettext_lazy(
    "a record is never edited: leave ID empty, put the ID into “Corrects”, and say why"
)


class AccreditationSheet(Sheet):
    """Records; a row with an ID must say what is there already."""

    institution_path = "institution"
    related = (
        "institution",
        "accreditor",
        "program",
        "offering__program",
        "offering__campus",
        "supersedes",
    )
    blamed = "accreditor"
    required = ("accreditor", "action", "effective_on")
    kept_in_place = ("institution", "about", "program", "delivery", "campus", "accreditor")

    public_id = Column("public_id", "ID", meaning=ID_MEANING, is_reference=True)
    institution = Column(
        "institution__slug", "Institution", meaning=INSTITUTION_MEANING, is_reference=True
    )
    about = Subject(
        "about",
        "About",
        widget=ChoiceWidget(ABOUT.items()),
        meaning=gettext_lazy("CAHME judges each offering by itself. Empty: the most exact given."),
    )
    program = Subject("program__slug", "Program", meaning=PROGRAM_MEANING)
    delivery = Subject(
        "offering__delivery",
        "Delivery",
        widget=DeliveryWidget(),
        meaning=gettext_lazy("Of the offering. May be empty if the program has one only."),
    )
    campus = Subject("offering__campus__slug", "Campus", meaning=CAMPUS_MEANING)
    accreditor = Column(
        "accreditor__slug",
        "Accreditor",
        widget=AccreditorWidget(),
        meaning=gettext_lazy("Its slug, abbreviation or name."),
        is_reference=True,
        is_needed=True,
    )
    action = Column(
        "action",
        "Action",
        widget=ChoiceWidget(Action.choices, ACTION_WORDS),
        meaning=gettext_lazy("What the accreditor did."),
        is_needed=True,
    )
    effective_on = Column(
        "effective_on",
        "In force from",
        widget=DateWidget(),
        meaning=gettext_lazy("2027-08-23, or 8/23/2027 with the month first."),
        is_needed=True,
    )
    expires_on = Column(
        "expires_on",
        "In force until",
        widget=DateWidget(),
        meaning=gettext_lazy("The last day, as the accreditor gave it. Never computed."),
        emptied=None,
    )
    evidence_url = Column(
        "evidence_url",
        "Evidence",
        meaning=gettext_lazy("The page that proves it; without one nothing is shown in public."),
    )
    verified_on = Column(
        "verified_on",
        "Last verified on",
        widget=DateWidget(),
        meaning=gettext_lazy("When somebody last checked the evidence."),
        emptied=None,
    )
    source = Column("source", "Source", meaning="")
    supersedes = Column(
        "supersedes__public_id",
        "Corrects",
        widget=CodeWidget(),
        meaning=gettext_lazy("The ID of the record that was wrong."),
        is_reference=True,
    )
    reason = Column("reason", "Reason", meaning=gettext_lazy("Why the corrected record was wrong."))
    is_historical = Column(
        "is_historical",
        "History only",
        widget=YesNoWidget(),
        meaning=gettext_lazy("For your information."),
        is_told_only=True,
    )

    class Meta(Sheet.Meta):
        model = AccreditationRecord

    def load_natural_keys(self) -> None:
        self.accreditors: dict[str, Accreditor] = {}
        for one in Accreditor.objects.all():
            for word in filter(None, (one.name, one.abbreviation, one.slug)):
                self.accreditors[plain_word(word)] = one
        rows = self.get_queryset().filter(institution__in=self.reach.institution_ids)
        self.records = {row.public_id: row for row in rows}
        self.voided = {row.supersedes_id for row in rows if row.action == Action.VOID}
        self.told = {row.public_id: self.texts_of(row) for row in self.records.values()}
        self.by_key: dict[tuple[Any, ...], AccreditationRecord] = {
            self.said_by(row): row for row in reversed(self.records.values())
        }

    def key_of(self, instance: AccreditationRecord) -> Any:
        return instance.pk or self.said_by(instance)

    @staticmethod
    def said_by(record: AccreditationRecord) -> tuple[Any, ...]:
        """What makes two records without ID the same: who did what, about whom, when."""
        ids = (record.institution_id, record.program_id, record.offering_id, record.accreditor_id)
        return (*ids, str(record.action), record.effective_on, record.supersedes_id)

    def find(self, row: Cells) -> AccreditationRecord:
        found: AccreditationRecord | None = self.find_by_id(row)
        if found is not None:
            return found
        institution = self.reach.institution(self.cell(row, "institution"))
        record = AccreditationRecord(institution=institution, created_by=self.user)
        record.program, record.offering = self.read_subject(row, institution=institution)
        accreditor = self.accreditors.get(plain_word(self.cell(row, "accreditor")))
        if accreditor is None:
            listed = ", ".join(sorted(one.slug for one in self.accreditors.values()))
            raise ValidationError({"accreditor": _("not one of: %(words)s") % {"words": listed}})
        record.accreditor = accreditor
        record.supersedes = self.read_corrected(row, institution=institution)
        return self.same_as(record, row) or record

    def read_subject(
        self, row: Cells, *, institution: Institution
    ) -> tuple[Program | None, Offering | None]:
        """The program or the offering; neither, for the institution as a whole."""
        what = self._read_about(row)
        if what == "institution":
            return None, None
        program = self.reach.program(self.cell(row, "program"), institution=institution)
        if what == "program":
            return program, None
        offering = self.reach.offering(
            program=program,
            delivery=read_delivery(self.cell(row, "delivery")),
            campus=self.reach.campus(self.cell(row, "campus"), institution=institution),
        )
        return None, offering

    def _read_about(self, row: Cells) -> str:
        given = self.cell(row, "about")
        if given.strip():
            try:
                return str(self.fields["about"].read(given))
            except ValueError as error:
                raise ValidationError({"about": str(error)}) from error
        if not self.cell(row, "program").strip():
            return "institution"
        is_exact = self.cell(row, "delivery").strip() or self.cell(row, "campus").strip()
        return "offering" if is_exact else "program"

    def read_corrected(self, row: Cells, *, institution: Institution) -> AccreditationRecord | None:
        try:
            public_id = read_id(self.cell(row, "supersedes"))
        except ValidationError as error:
            raise ValidationError({"supersedes": error.messages}) from error
        if public_id is None:
            return None
        found: AccreditationRecord | None = self.records.get(public_id)
        if found is None or found.institution_id != institution.pk:
            raise ValidationError({"supersedes": _("no such record here")})
        return found

    def same_as(self, record: AccreditationRecord, row: Cells) -> AccreditationRecord | None:
        """The record that says this already: reading a file twice adds nothing twice."""
        try:
            record.action = self.fields["action"].read(self.cell(row, "action") or "-")
            record.effective_on = self.fields["effective_on"].read(
                self.cell(row, "effective_on") or "-"
            )
        except ValueError:
            return None  # told with the other cells
        found = self.by_key.get(self.said_by(record))
        if found is None and self.is_replaced(record.supersedes, record):
            return self.by_key.get((*self.said_by(record)[:-1], None))
        return found

    def is_replaced(
        self, corrected: AccreditationRecord | None, record: AccreditationRecord
    ) -> bool:
        """Whether a correction about something else has taken this record back already.

        Such a correction stands for itself and supersedes nothing.
        """
        return (
            corrected is not None
            and corrected.pk in self.voided
            and is_about_other(record, corrected)
        )

    def complete(self, instance: AccreditationRecord, row: Cells) -> None:
        """Refuse a row that would change what is there."""
        if instance._state.adding:
            return
        now, then = self.texts_of(instance), self.told[instance.public_id]
        errors = {
            name: str(NEVER_EDITED)
            for name, new, old in zip(self.fields, now, then, strict=True)
            if new != old
        }
        corrected = canonical(self.cell(row, "supersedes"))
        named = self.read_corrected(row, institution=instance.institution) if corrected else None
        is_new = corrected != self.fields["supersedes"].text_of(instance)
        if corrected and is_new and not self.is_replaced(named, instance):
            errors["supersedes"] = str(NEVER_EDITED)
        if errors:
            raise ValidationError(errors)

    def do_instance_save(self, instance: AccreditationRecord, is_create: bool) -> None:
        create_record(record=instance)

    def check(self, instance: AccreditationRecord) -> None:
        check_record(record=instance, today=self.today)
        if (
            instance.supersedes_id
            and AccreditationRecord.objects.filter(supersedes=instance.supersedes_id).exists()
        ):
            raise ValidationError({"supersedes": _("this record was corrected already")})
