"""Names that are near to one that is not known."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

_MOST = 3


def near(name: str, known: Collection[str], *, folded: bool = False) -> str:
    """The sentence that offers the nearest of the names, after a space; empty when none is near. `folded`: a name is
    known by any capitals."""
    spelled = {(each.casefold() if folded else each): each for each in known}
    found = get_close_matches(name.casefold() if folded else name, spelled, n=_MOST)
    return f" Did you mean {' or '.join(spelled[each] for each in found)}?" if found else ""
