"""The sheet of programs: found by ID, or by institution and slug."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hcprograms.catalog.cells import plain_word, read_list
from hcprograms.catalog.codes import unwrap
from hcprograms.catalog.models.programs import Level, Offering, Program, Status
from hcprograms.catalog.models.reference import Certification
from hcprograms.catalog.recording import find_records_not_covering
from hcprograms.catalog.spreadsheets.columns import Column, ManyColumn
from hcprograms.catalog.spreadsheets.sheet import Cells, Sheet
from hcprograms.catalog.spreadsheets.widgets import (
    AmountWidget,
    CellWidget,
    ChoiceWidget,
    CipWidget,
    DateWidget,
    SlugWidget,
)
from hcprograms.catalog.suspensions import describe_suspensions

ID_MEANING = gettext_lazy("Comes with an export. Leave it as it is; empty in a new row.")
INSTITUTION_MEANING = gettext_lazy("Its slug or name. May be empty if you work for one only.")
LEVEL_WORDS = {
    "doctoral": Level.DOCTORATE,
    "doctoral degree": Level.DOCTORATE,
    "associates": Level.ASSOCIATE,
    "post baccalaureate": Level.POSTBACCALAUREATE,
}
SLUG_LENGTH = 150


class CertificationsWidget(CellWidget):
    """Certifications by slug, name or abbreviation, separated by semicolons."""

    @property
    def allowed(self) -> list[str]:
        return list(Certification.objects.values_list("slug", flat=True).order_by("slug"))

    def read(self, text: str) -> list[Certification]:
        known: dict[str, Certification] = {}
        for one in Certification.objects.all():
            for word in (one.abbreviation, one.name, str(one), one.slug):
                known[plain_word(word)] = one
        found = []
        for entry in read_list(text) if plain_word(text) not in known else [text]:
            if plain_word(entry) not in known:
                raise ValueError(_("“%(word)s” is no certification here") % {"word": entry[:60]})
            found.append(known[plain_word(entry)])
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "; ".join(sorted(one.slug for one in value or []))


class ProgramSheet(Sheet):
    """Programs. A new one is a draft unless its status says otherwise."""

    institution_path = "institution"
    related = ("institution",)
    any_of = ("public_id", "slug", "name")

    public_id = Column("public_id", "ID", meaning=ID_MEANING, is_reference=True)
    institution = Column(
        "institution__slug", "Institution", meaning=INSTITUTION_MEANING, is_reference=True
    )
    slug = Column(
        "slug",
        "Slug",
        widget=SlugWidget(),
        meaning=gettext_lazy("The end of its address. Empty: made from the name."),
    )
    name = Column("name", "Name", meaning=gettext_lazy("As on the diploma."), is_needed=True)
    award = Column("award", "Award", meaning=gettext_lazy("Such as MHA."))
    concentration = Column("concentration", "Concentration", meaning="")
    level = Column(
        "level",
        "Level",
        widget=ChoiceWidget(Level.choices, LEVEL_WORDS),
        meaning=gettext_lazy("The credential that it leads to."),
        is_needed=True,
    )
    cip_code = Column(
        "cip_code",
        "CIP code",
        widget=CipWidget(),
        meaning=gettext_lazy("NN.NNNN of CIP 2020, as text: zeros count."),
    )
    status = Column(
        "status",
        "Status",
        widget=ChoiceWidget(Status.choices),
        meaning=gettext_lazy("Who sees it. Empty in a new row: draft."),
        is_kept=True,
    )
    track_position = Column(
        "track_position",
        "Track position",
        widget=AmountWidget(),
        meaning=gettext_lazy("From 1 (management) to -1 (administration). Empty: computed."),
        emptied=None,
    )
    certifications = ManyColumn(
        "certifications",
        "Certifications",
        widget=CertificationsWidget(),
        meaning=gettext_lazy("That it prepares for, separated by semicolons."),
        emptied=(),
    )
    summary = Column("summary", "Summary", meaning=gettext_lazy("One or two sentences."))
    description = Column("description", "Description", meaning="")
    prerequisites = Column(
        "prerequisites",
        "Prerequisites",
        meaning=gettext_lazy("What one must have before starting; one point per line."),
    )
    transfer_rules = Column(
        "transfer_rules",
        "Transfer of credits",
        meaning=gettext_lazy("Which credits count; one point per line."),
    )
    student_faculty_ratio = Column(
        "student_faculty_ratio",
        "Students per teacher",
        widget=AmountWidget(),
        meaning=gettext_lazy("15 means 15 students to 1 member of the faculty."),
        emptied=None,
    )
    support_services = Column(
        "support_services", "Support for students", meaning=gettext_lazy("One per line.")
    )
    aid_services = Column("aid_services", "Help with paying", meaning=gettext_lazy("One per line."))
    military_benefits = Column(
        "military_benefits", "For the military", meaning=gettext_lazy("One per line.")
    )
    details_url = Column(
        "details_url",
        "Facts source",
        meaning=gettext_lazy("The page where the facts from prerequisites on are published."),
    )
    details_as_of = Column(
        "details_as_of",
        "Facts as of",
        widget=DateWidget(),
        meaning=gettext_lazy("When somebody last compared these facts with their source."),
        emptied=None,
    )

    class Meta(Sheet.Meta):
        model = Program

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related("certifications")

    def load_natural_keys(self) -> None:
        rows = self.get_queryset().filter(institution__in=self.reach.institution_ids)
        self.by_key: Mapping[tuple[int, str], Program] = {
            (row.institution_id, row.slug.casefold()): row for row in rows
        }

    def find(self, row: Cells) -> Program:
        found: Program | None = self.find_by_id(row)
        if found is not None:
            return found
        institution = self.reach.institution(self.cell(row, "institution"))
        slug = unwrap(self.cell(row, "slug")) or slugify(self.cell(row, "name"))[:SLUG_LENGTH]
        if not slug:
            raise ValidationError({"name": _("must not be empty")})
        found = self.by_key.get((institution.pk, slug.casefold()))
        return found or Program(institution=institution, slug=slug)

    def list_warnings(self, changed: Sequence[Any]) -> list[str]:
        offerings = Offering.objects.filter(program__in=[row.pk for row in changed])
        return describe_suspensions(offerings=offerings, on=self.today)

    def key_of(self, instance: Program) -> Any:
        return instance.institution_id, instance.slug.casefold()

    def check(self, instance: Program) -> None:
        """A level that an accreditation record rules out is refused."""
        if instance.pk is None:
            return
        in_the_way = find_records_not_covering(program=instance, level=instance.level)
        if in_the_way:
            raise ValidationError(
                {
                    "level": _("%(accreditor)s, which is recorded for it, does not cover this.")
                    % {"accreditor": in_the_way[0].accreditor}
                }
            )
