"""Telling staff that a text could not be used, and that the built-in one went out instead."""

from django.utils.translation import gettext as _

from hcprograms.followup.models import FollowUp, MessageTemplate
from hcprograms.followup.wording.used import Used


def format_sent(row: FollowUp, used: Used) -> str:
    """The timeline's words for a message that was sent."""
    if not used.trouble:
        return str(row)
    text = _("%(message)s. The built-in text was sent: %(why)s")
    return text % {"message": row, "why": used.trouble}


def note_trouble(used: Used) -> None:
    """Write the reason at the template, where its list shows it until it is saved anew."""
    if used.template_id:
        longest = MessageTemplate._meta.get_field("trouble").max_length
        rows = MessageTemplate.objects.filter(pk=used.template_id)
        rows.update(trouble=used.trouble[:longest])
