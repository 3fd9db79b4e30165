"""What holds for all public addresses together."""

from hcprograms.urls import urlpatterns

SENT_WITHOUT_COOKIE = {
    "appointment",
    "ask",
    "my_request",
    "my_request_correct",
    "my_request_erase",
    "preferences",
    "renew",
    "seen",
    "unsubscribe",
}
"""Their forms carry a signed token instead."""


def test_only_forms_with_a_token_need_no_csrf_cookie():
    exempt = {one.name for one in urlpatterns if getattr(one.callback, "csrf_exempt", False)}

    assert exempt == SENT_WITHOUT_COOKIE
