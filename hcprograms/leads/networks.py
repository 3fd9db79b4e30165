"""Network addresses as one visitor's: what many of them have in common, for counting."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

# RFC 6052: IPv4 addresses as translators write them in IPv6.
TRANSLATED = IPv6Network("64:ff9b::/96")

# RFC 6177: a site gets between a /48 and a /64, and chooses the rest of each address itself.
HOME_PREFIX = 64
SITE_PREFIX = 48


def parse_ip(text: str) -> IPv4Address | IPv6Address:
    """Return the address; one of IPv4 that is written in IPv6 as what it is.

    Raises ``ValueError`` for what is no address.
    """
    address = ip_address(text.strip().partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_public(ip: str | None) -> bool:
    """Whether an address is one visitor's, as far as one can tell, and not our own proxy's."""
    return bool(ip) and _parse_counted(str(ip)).is_global


def get_home(ip: str) -> str:
    """Return what one household or office has: the IPv4 address, or the IPv6 /64."""
    return _get_network(ip, HOME_PREFIX)


def get_site(ip: str) -> str:
    """Return what one customer of a provider may have: the IPv4 address, or the IPv6 /48."""
    return _get_network(ip, SITE_PREFIX)


def _get_network(ip: str, prefix: int) -> str:
    address = _parse_counted(ip)
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network(f"{address}/{prefix}", strict=False))


def _parse_counted(ip: str) -> IPv4Address | IPv6Address:
    """Return the address that a visitor is counted by: of a tunnel or translator the IPv4 one."""
    address = parse_ip(ip)
    if isinstance(address, IPv4Address):
        return address
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    # RFC 3056 and 4380: with one IPv4 address comes a whole network of these.
    return address.sixtofour or (address.teredo[1] if address.teredo else address)
