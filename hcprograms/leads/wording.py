"""The words of consent boxes as a visitor sees them, and the proof that these were the words."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from hcprograms.institutions.models import Institution
from hcprograms.leads.models.consent import Channel, ConsentText
from hcprograms.leads.models.forms import FieldRule, InterestForm


@dataclass(frozen=True)
class ShownConsent:
    """One consent box: its exact words with the seller's name in them."""

    channel: str
    version: int | None
    """None for words that are not a consent text, such as those of a choice."""
    text: str

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def word_consent(text: ConsentText, *, institution: Institution) -> ShownConsent:
    """Fill in the seller. Nothing but ``{institution}`` is replaced, whatever else is in braces."""
    words = text.text.replace("{institution}", institution.seller)
    return ShownConsent(text.channel, text.version, words)


def find_shown_consents(*, form: InterestForm) -> list[ShownConsent]:
    """The boxes that this form shows: no call or text where no phone number is asked for."""
    texts = ConsentText.objects.filter(institution_id=form.institution_id, is_current=True)
    shown = sorted(texts, key=lambda text: Channel.values.index(text.channel))
    return [
        word_consent(text, institution=form.institution)
        for text in shown
        if text.channel == Channel.EMAIL or form.ask_phone != FieldRule.HIDDEN
    ]


def digest_consents(shown: Iterable[ShownConsent]) -> str:
    """A short digest of all boxes together: it changes with any word, version or seller."""
    content: Sequence[object] = [[box.channel, box.version, box.text] for box in shown]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:20]
