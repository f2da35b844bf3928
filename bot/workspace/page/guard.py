"""Who may call the page's API, and what a browser may do with the page: its own origin, and nothing beyond."""

from __future__ import annotations

from collections.abc import Mapping

from bot.workspace.wire import CannotAct

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-cache",
}


def check_caller(headers: Mapping[str, str], host: str) -> None:
    """Raise CannotAct for a call that does not come from the page itself.

    A browser says from where a request comes: in Sec-Fetch-Site with every request, in Origin with those that may
    change something. Whoever says neither is no browser that could be told apart from one that was tricked.
    """
    origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site")
    own = origin in (None, f"http://{host}") and site in (None, "same-origin")
    if not own or (origin is None and site is None):
        raise CannotAct("Only the page that this server serves may ask for this.", code="other_origin")
