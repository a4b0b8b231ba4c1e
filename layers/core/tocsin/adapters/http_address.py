"""Which addresses on the internet are ours to call."""

import ipaddress

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_V4_COMPATIBLE = ipaddress.IPv6Network("::/96")
_NEVER = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata service lives here
        "168.63.129.16/32",  # Azure's wire server: a public address that answers inside only
        "169.254.0.0/16",  # link-local; the metadata services of AWS, Google, Azure
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",
        "64:ff9b:1::/48",  # NAT64 for local use
        "100::/64",
        "2001::/23",  # Teredo, ORCHID and other protocol assignments
        "fc00::/7",  # private; AWS's metadata service over IPv6
        "fec0::/10",
    )
)


def refusal(text: str) -> str | None:
    """Why this IPv4 or IPv6 address must not be called, or None when it is a public one.

    Source: IANA special-purpose address registries (RFC 6890), and the providers' metadata addresses.
    """
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return "no IP address"
    for candidate in (address, *_embedded(address)):
        if reason := _reason(candidate):
            return reason
    return None


def _reason(address: IPAddress) -> str | None:
    for what, holds in (
        ("unspecified", address.is_unspecified),
        ("loopback", address.is_loopback),
        ("link-local", address.is_link_local),
        ("multicast", address.is_multicast),
        ("private", address.is_private and not _is_embedding(address)),
        ("reserved", address.is_reserved and not _is_embedding(address)),
        ("not public", any(address in network for network in _NEVER if network.version == address.version)),
    ):
        if holds:
            return what
    return None


def _is_embedding(address: IPAddress) -> bool:
    """Whether only the IPv4 address inside says where it leads."""
    return bool(_embedded(address))


def _embedded(address: IPAddress) -> tuple[ipaddress.IPv4Address, ...]:
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    low = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    isatap = (int(address) >> 32) & 0xFDFF_FFFF == 0x5EFE
    if address in _NAT64 or (address in _V4_COMPATIBLE and int(address) > 1) or isatap:
        return (low,)
    return ()
