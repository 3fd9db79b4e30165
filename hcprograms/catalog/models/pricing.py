"""What an offering costs: its published prices, where they were read and when."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.days import validate_day
from hcprograms.catalog.models.choices import PriceBasis


class Pricing(models.Model):
    """Money is in ``currency`` per ``price_basis``. Empty means *not published*, never zero."""

    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="USD",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, such as USD."))],
    )
    price_basis = models.CharField(
        _("price is"),
        max_length=8,
        choices=PriceBasis,
        blank=True,
        default=PriceBasis.UNKNOWN,
        help_text=_("What one price buys. The cost in all is computed from it."),
    )
    price = models.DecimalField(
        _("price"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("For everybody, or for non-residents where residents pay another price."),
    )
    price_resident = models.DecimalField(
        _("price for residents of the state"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Only where it differs."),
    )
    price_military = models.DecimalField(
        _("price with military benefits"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Only where it differs."),
    )
    fees_total = models.DecimalField(
        _("fees in all"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Every fee that one must pay until the end. 0 means none."),
    )
    price_source_url = models.URLField(
        _("where the price is published"),
        max_length=500,
        blank=True,
        help_text=_("Linked beside the price."),
    )
    price_as_of = models.DateField(
        _("price as of"),
        null=True,
        blank=True,
        validators=[validate_day],
        help_text=_("The day on which somebody last compared it with its source."),
    )

    class Meta:
        abstract = True


def price_constraints() -> list[models.BaseConstraint]:
    """What the database keeps of the above, for the table that has these columns."""
    return [
        models.CheckConstraint(
            condition=(Q(price__isnull=True) | Q(price__gte=0))
            & (Q(price_resident__isnull=True) | Q(price_resident__gte=0))
            & (Q(price_military__isnull=True) | Q(price_military__gte=0))
            & (Q(fees_total__isnull=True) | Q(fees_total__gte=0)),
            name="hcp_offering_money_not_negative",
            violation_error_message=_("Money is never negative."),
        ),
        models.CheckConstraint(
            condition=~Q(price_basis="") | Q(price__isnull=True, price_resident__isnull=True),
            name="hcp_offering_price_has_basis",
            violation_error_message=_("Say what the price is for: a credit, a term, or all."),
        ),
    ]
