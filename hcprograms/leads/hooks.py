"""What other apps add to the pages of leads in the admin.

An app appends to these lists in its ``admin`` module, where it registers its own models too. The
pages read them whenever they are shown, so the order of ``INSTALLED_APPS`` does not matter::

    from hcprograms.leads.hooks import LeadPanel, lead_panels

    lead_panels.append(LeadPanel("myapp/lead_panel.html", get_context=describe_grants))
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hcprograms.leads.models.lead import Lead


@dataclass(frozen=True, slots=True)
class LeadPanel:
    """A panel of a lead's page. The template finds what ``get_context`` returned in ``panel``.

    ``get_context`` takes the lead and all leads of the same person: it, and those merged into it.
    """

    template_name: str
    get_context: Callable[[Lead, Sequence[Lead]], dict[str, Any]]
    is_after_timeline: bool = False


@dataclass(frozen=True, slots=True)
class LeadAction:
    """An action of the inbox, made with ``admin.action``; it is called with the lead's admin.

    With a ``button`` the lead's page offers it too, under this label.
    """

    action: Callable[..., Any]
    button: Any = ""


@dataclass(frozen=True, slots=True)
class InboxNote:
    """A warning in the rows of the inbox, such as how many emails failed.

    ``build_annotation`` returns an expression for a queryset of leads. ``format_note`` takes its
    value, which is None where there is nothing, and returns what to say; empty: nothing.
    """

    name: str
    build_annotation: Callable[[], Any]
    format_note: Callable[[Any], str]


lead_panels: list[LeadPanel] = []
lead_actions: list[LeadAction] = []
inbox_notes: list[InboxNote] = []
