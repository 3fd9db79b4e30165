"""A form as the public would see it, before the public does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.showing import PAGE, complete, show_form


def preview_form(request: HttpRequest, *, form_id: int) -> HttpResponse:
    """The form's page, made public for as long as it is shown: in a transaction to be undone."""
    now = timezone.now()
    form = InterestForm.objects.select_related("institution").get(pk=form_id)
    InterestForm.objects.filter(pk=form_id).update(
        status=InterestForm.Status.PUBLISHED, opens_at=None, closes_at=None
    )
    type(form.institution).objects.filter(pk=form.institution_id).update(is_published=True)
    piece = show_form(public_id=form.public_id, now=now, look=PAGE)
    address = reverse("hcprograms:ask", args=[form.institution.slug])
    context = {
        "shown": complete(piece, address=address, now=now),
        "interest_form": form,
        "institution": form.institution,
        "preview": True,
    }
    return render(request, "hcprograms/leads/ask.html", context)
