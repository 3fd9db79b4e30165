"""Whether a lead's email address is the one that the person gave, or one that staff put there.

The links in mails act for the reader of a mailbox. Where staff chose the mailbox, they may be its
readers: such links neither hand out data nor correct, agree or erase.
"""

from django.conf import settings

from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.suppression import hash_address, is_hash_of


def compute_own_email_hash(lead: Lead, email: str) -> str:
    """Return ``Lead.own_email_hash`` as it has to be once staff have changed the address to this.

    It is empty where staff put back the address that the person gave.
    """
    institution, channel = lead.institution, Channel.EMAIL
    held = lead.own_email_hash
    if held and is_hash_of(held, email, institution=institution, channel=channel):
        return ""
    return held or hash_address(
        institution=institution, channel=channel, address=lead.email, key=settings.SECRET_KEY
    )
