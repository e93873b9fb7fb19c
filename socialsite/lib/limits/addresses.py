"""Whose call it is, as far as the network tells."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

NOWHERE = "unknown"
"""Callers without an address (a unix socket without a trusted proxy) share one budget."""


def client_address(meta: Mapping[str, str], proxies: int) -> str:
    """Return the address of the caller behind exactly `proxies` proxies of ours (0: who connected).

    Each proxy appends who connected to it, so the entry that counts stands `proxies` from the right; what stands further left is
    the caller's own invention. With fewer entries, or one that is no address, the only truth is who connected.
    """
    connected = meta.get("REMOTE_ADDR", "")
    if proxies == 0:
        return connected
    forwarded = meta.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", proxies)
    if len(forwarded) < proxies:
        return connected
    found = _parse(forwarded[-proxies])
    return str(found) if found else connected


def actor_address(address: str) -> str:
    """Return what stands for a caller in limits: IPv4 whole, IPv6 by /64, as one household is given that many."""
    found = _parse(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((int(found), 64), strict=False))
    return str(found) if found else NOWHERE


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address, with the port some proxies add; a v4 address dressed as v6 is v4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
