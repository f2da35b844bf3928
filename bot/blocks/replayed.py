"""What a change would have made of recorded calls, in words."""

from __future__ import annotations

from bot.blocks.kit import cut
from bot.review.found import Replay

_WHY = 200


def replay_words(found: Replay) -> str:
    """How many of the calls would be decided otherwise, and how, as sentences."""
    if found.trouble:
        return f"not known, they cannot be replayed: {cut(found.trouble, _WHY)}."
    if not found.calls:
        return "none that fits the gateway's tools is recorded."
    of = f"of the last {found.calls:,}" if found.calls > 1 else "of the one that there is"
    left = f" {found.unfit:,} more do not fit the gateway's tools." if found.unfit else ""
    ways = [f"{count:,} {way}" for count, way in ((found.denied, "denied"), (found.allowed, "allowed")) if count]
    flips = f"{found.denied + found.allowed:,} would be decided otherwise ({', '.join(ways)})" if ways else ""
    may = f"{found.depends:,} may be, by who calls" if found.depends else ""
    unsure = f"{found.unsure:,} may be, by conditions or policies that are not certain" if found.unsure else ""
    said = " and ".join(filter(None, (flips, may, unsure))) or "none would be decided otherwise"
    return f"{of}, {said}.{left}"
