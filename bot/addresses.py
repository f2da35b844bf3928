"""Where tokens and rules may be sent: over TLS, or to this machine."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit


def is_local(url: str) -> bool:
    """Whether the URL is on this machine, as an embedded server is; no proxy of the environment's can reach it."""
    return _host(url) == "localhost" or any(address.is_loopback for address in _addresses(url))


def is_private(url: str) -> bool:
    """Whether nobody on the way can read along."""
    if url.partition("://")[0].lower() != "http":
        return url.lower().startswith("https://") and bool(_host(url))
    # 0.0.0.0 is this machine as well, but none that an embedded server says it listens on.
    return is_local(url) or any(address.is_unspecified for address in _addresses(url))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _addresses(url: str) -> Iterator[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    with contextlib.suppress(ValueError):
        yield ipaddress.ip_address(_host(url))


def in_the_clear(name: str, url: str) -> str:
    """The sentence for a URL that `is_private` refuses."""
    return (
        f"{name} is {url!r}: write an https:// URL, or an http:// one of this machine such as http://127.0.0.1:8787. "
        "Tokens and rules would cross the network in the clear."
    )
