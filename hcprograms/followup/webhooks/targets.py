"""Which network addresses a webhook may go to: public ones, and those that the site allows. Pure.

``ipaddress.is_private`` misses shared address space (100.64.0.0/10), and ``is_global`` is True for
multicast and for the ranges that carry an IPv4 address inside an IPv6 one.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NEVER: tuple[Network, ...] = (
    ip_network("64:ff9b::/96"),  # NAT64, RFC 6052
    ip_network("64:ff9b:1::/48"),  # local NAT64, RFC 8215
    ip_network("2002::/16"),  # 6to4, RFC 3056
    ip_network("2001::/32"),  # Teredo, RFC 4380
    ip_network("::/96"),  # IPv4-compatible, RFC 4291
    ip_network("fec0::/10"),  # site-local, RFC 3879
    ip_network("192.0.0.0/24"),  # protocol assignments, RFC 6890
)
"""Local ranges that Python calls global, and IPv6 ranges that lead to the IPv4 address in them."""


def is_allowed_target(address: Address, *, allowed: Iterable[Network] = ()) -> bool:
    """Whether to connect there: a public unicast address, or one in an ``allowed`` network."""
    plain = getattr(address, "ipv4_mapped", None) or address
    if any(plain.version == net.version and plain in net for net in allowed):
        return True
    if any(plain.version == net.version and plain in net for net in NEVER):
        return False
    return plain.is_global and not (
        plain.is_multicast or plain.is_reserved or plain.is_link_local or plain.is_unspecified
    )
