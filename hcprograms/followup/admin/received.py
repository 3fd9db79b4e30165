"""What came in by mail, in the admin: to see that it comes in, and what was done about it."""

from django.contrib import admin

from hcprograms.followup.models import ReceivedMail
from hcprograms.leads.admin.personal import PersonalAdmin


@admin.register(ReceivedMail)
class ReceivedMailAdmin(PersonalAdmin):
    """A log without names; what of it concerns a lead stands in the lead’s timeline."""

    always_select = ("institution",)
    list_display = ["at", "source", "outcome", "institution"]
    list_filter = ["outcome", "source", "at", "institution"]
