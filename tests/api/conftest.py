import json

import pytest
from django.core.cache import cache

from hcprograms.leads.api_keys import issue_key
from hcprograms.leads.models.api_keys import ApiKey
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.forms import FieldRule
from tests.factories import make_consent_text, make_institution, make_interest_form


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def institution(db):
    return make_institution(is_published=True)


@pytest.fixture
def form(institution):
    make_consent_text(institution=institution, channel=Channel.EMAIL)
    return make_interest_form(institution=institution, ask_state=FieldRule.OPTIONAL)


@pytest.fixture
def make_key(institution):
    def make(**fields):
        values = {"institution": institution, "name": "CRM", "may_capture": True, "may_read": True}
        return issue_key(key=ApiKey(**values | fields), user=None)

    return make


@pytest.fixture
def call(client, make_key):
    """Ask the API with a key that may do everything, or with another."""

    def ask(path, body=None, *, key=None, **headers):
        headers = {"authorization": f"Bearer {key or make_key()}"} | headers
        address = path if path.startswith("http") else f"/api/v1/{path}"
        if body is None:
            return client.get(address, headers=headers)
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        return client.post(address, data, content_type="application/json", headers=headers)

    return ask
