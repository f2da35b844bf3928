"""What to type instead of a piece of a rule that no policy came of, as far as its findings do not say so themselves."""

from __future__ import annotations

import re

from bot.blocks.kit import Block, code, cut, line, words
from bot.review.model import Draft

SHAPE = "/policy allow ROLE to call TOOL if INPUT is below NUMBER"
"""A rule for no gateway in particular; `/policy tools` has the words that go into it."""
# How a finding tells people what to type.
_SUGGESTS = re.compile(
    r"\b(?:say|type|name|write|start|propose|make it|use|did you mean|a rule that works)\b", re.IGNORECASE
)
_QUOTED = re.compile(r"[“`]([^”`]{1,80})[”`]")
_CULPRITS = 3


def what_to_type(draft: Draft) -> list[Block]:
    """One paragraph about the words at fault; an example only where nothing is known of them."""
    said = " ".join((*(finding.description for finding in draft.findings), draft.trouble))
    if _SUGGESTS.search(_QUOTED.sub("", said)):
        return []
    lower = draft.fragment.lower()
    culprits = [found for found in dict.fromkeys(_QUOTED.findall(said)) if found.lower() in lower]
    if culprits:
        named = " and ".join(f"“{cut(found, 80)}”" for found in culprits[:_CULPRITS])
        how = f"Type the rule again with other words for {named}: a tool of the gateway, one of its inputs, or a claim."
        return [line(words(how))]
    how = (
        "Type the rule again, as one sentence: who may, or may not, call which tool, and a limit on one of its inputs."
    )
    return [line(words(how), words(" /policy tools lists both.")), code(SHAPE)]
