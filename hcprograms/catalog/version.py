"""The catalog's change counter; the database itself counts (migration 0003)."""

from hcprograms.catalog.models.programs import CatalogVersion


def current_version() -> int:
    """The number of the catalog as it stands; it differs after every committed change."""
    number = CatalogVersion.objects.filter(pk=1).values_list("number", flat=True).first()
    return number if number is not None else CatalogVersion.objects.get_or_create(pk=1)[0].number
