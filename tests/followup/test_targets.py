"""Where webhooks may go: public addresses, in no disguise."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.followup.webhooks.targets import is_allowed_target


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "10.0.0.1",
        "172.16.5.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "192.0.0.8",
        "198.18.0.1",
        "203.0.113.7",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2001::1",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_address_that_is_not_public_is_refused(address):
    assert not is_allowed_target(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_address_is_allowed(address):
    assert is_allowed_target(ip_address(address))


def test_network_that_the_site_allows_is_allowed():
    allowed = [ip_network("10.1.0.0/16")]

    assert is_allowed_target(ip_address("10.1.2.3"), allowed=allowed)
    assert not is_allowed_target(ip_address("10.2.2.3"), allowed=allowed)


@given(st.ip_addresses(v=4))
def test_mapping_an_address_into_ipv6_changes_nothing(address):
    mapped = ip_address(f"::ffff:{address}")

    assert is_allowed_target(mapped) == is_allowed_target(address)
