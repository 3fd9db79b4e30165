import pytest
from django.core.checks import run_checks

from hcprograms.checks import RULES, check_deployment, check_settings
from hcprograms.conf import BUILT_IN_CRITERIA, DEFAULTS

WRONG = {
    "SITE_URL": ["admissions.example.edu", "https://school.example/path", 7],
    "CRITERIA": ["one.path", ["no.such.thing"], [3]],
    "CRITERIA_WEIGHTS": [[], {"cost": -1}, {"cost": float("nan")}, {"cost": float("inf")}],
    "CHANNELS": [{}, {"email": "no.such.Channel"}],
    "WAKE_UP": ["no.such.callable", 5, "hcprograms.conf.DEFAULTS"],
    "FORM_MAX_AGE_HOURS": [0, "two", True],
    "MIN_FILL_SECONDS": [-1],
    "SUBMITS_PER_HOUR": [-1, 1.5, "60"],
    "API_REQUESTS_PER_MINUTE": [-1, 1.5, "60"],
    "REQUESTS_PER_PERSON_PER_HOUR": [-1, None],
    "LEASE_SECONDS": [0],
    "SWEEP_SECONDS": [0],
    "SEND_DEADLINE_SECONDS": [0],
    "RETRY_HOURS": [-1],
    "REMIND_AFTER_BUSINESS_MINUTES": [[30, 5], [0], "5", [5, 5]],
    "STUCK_AFTER_MINUTES": [0],
    "CHECK_BROKER": ["no.such.callable", 5],
    "METRICS_TOKEN": ["short", None, "with a space " * 3],
    "WEBHOOK_DEADLINE_SECONDS": [0],
    "WEBHOOK_RETRY_HOURS": [-1],
    "WEBHOOK_NETWORKS": ["10.0.0.0/8", ["10.0.0.300"], [None]],
    "TRUSTED_PROXIES": [1.5, -1],
    "INVITED_ACCOUNTS": ["yes", 1],
    "MATCH_LIMIT": [0],
    "PROOF_OF_WORK": [1, "yes"],
    "PROOF_AFTER_SUBMITS": [-1],
    "PROOF_AFTER_SCHOOL_SUBMITS": [-1, 2.5],
    "PROOF_MAX_NUMBER": [10, None],
    "FILES_ROOT": ["", 7],
    "KEEP_FILES_HOURS": [0],
    "WAITING_FILES_MB": [0, 1.5],
    "LANGUAGES": ["es", ["xx"], None, [5]],
}


def ids(messages):
    return [message.id for message in messages]


@pytest.mark.parametrize("given", [{}, dict(DEFAULTS)], ids=["none", "defaults"])
def test_settings_as_they_are_delivered_pass(settings, given):
    settings.HCPROGRAMS = given

    assert check_settings() == []


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, values in WRONG.items() for value in values]
)
def test_wrong_value_is_named_with_a_hint(settings, key, value):
    settings.HCPROGRAMS = {key: value}

    found = check_settings()

    assert ids(found) == ["hcprograms.E003"]
    assert key in found[0].msg
    assert found[0].hint


def test_every_setting_has_a_rule():
    assert RULES.keys() == DEFAULTS.keys() == WRONG.keys()


def test_unknown_key_is_named(settings):
    settings.HCPROGRAMS = {"SITE_ADDRESS": "x"}

    found = check_settings()

    assert ids(found) == ["hcprograms.E002"]
    assert "SITE_ADDRESS" in found[0].msg


def test_settings_that_are_no_dict_are_refused(settings):
    settings.HCPROGRAMS = ["SITE_URL"]

    assert ids(check_settings()) == ["hcprograms.E001"]


def test_lease_shorter_than_a_send_is_refused(settings):
    settings.HCPROGRAMS = {"LEASE_SECONDS": 10, "SEND_DEADLINE_SECONDS": 20}

    assert ids(check_settings()) == ["hcprograms.E004"]


@pytest.mark.parametrize(
    "weights", [{"costs": 1}, dict.fromkeys(BUILT_IN_CRITERIA, 0)], ids=["typo", "none"]
)
def test_weights_that_weigh_nothing_are_refused(settings, weights):
    settings.HCPROGRAMS = {"CRITERIA_WEIGHTS": weights}

    assert ids(check_settings()) == ["hcprograms.E005"]


def test_weight_of_an_own_criterion_is_allowed(settings):
    path = "tests.matching.test_engine.NameLength"
    settings.HCPROGRAMS = {"CRITERIA": [path], "CRITERIA_WEIGHTS": {"name_length": 2, "cost": 0.5}}

    assert check_settings() == []


def test_checks_run_with_manage_py_check(settings):
    settings.HCPROGRAMS = {"MATCH_LIMIT": 0}

    assert "hcprograms.E003" in ids(run_checks())


def test_deployment_without_https_links_is_warned_of(settings, monkeypatch):
    settings.HCPROGRAMS = {"SITE_URL": "http://school.example"}
    monkeypatch.setitem(settings.DATABASES["default"], "CONN_MAX_AGE", 600)

    assert ids(check_deployment()) == ["hcprograms.W001"]


def test_deployment_with_a_connection_for_each_request_is_warned_of(settings, monkeypatch):
    settings.HCPROGRAMS = {"SITE_URL": "https://school.example"}
    monkeypatch.setitem(settings.DATABASES, "default", {"ENGINE": "x.backends.postgresql"})

    assert ids(check_deployment()) == ["hcprograms.W002"]
