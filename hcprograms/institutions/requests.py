"""Which institutions can be asked through this site: those that publish an interest form."""

from django.db.models import Exists, OuterRef

from hcprograms.institutions.models import Institution


def takes_requests(institution: str) -> Exists:
    """For ``annotate``: whether the institution at this path of the outer query has a form.

    Opening times are left to the form's own page, which says when it opens.
    """
    return Exists(
        Institution.objects.filter(
            pk=OuterRef(institution), interest_forms__status="published"
        ).order_by()
    )
