"""What names a target without a tool that a policy can name, or an action id that the gateway does not have."""

from __future__ import annotations

from bot.language.gateway.line import Line
from bot.language.gateway.refusals import Refusal
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural, parts
from bot.language.wordlists import TARGET_NOUNS, TOOL_NOUNS

# After a target's name these say that all of it is meant; before it, "all tools of", "anything on".
_WHOLE_NOUNS = TARGET_NOUNS | {noun for noun in TOOL_NOUNS if is_plural(noun)}


def refuse_unseen(line: Line) -> None:
    """Refuse what names a target that has no tool for a policy, or an action id that this gateway does not have."""
    for at, token in enumerate(line.tokens):
        name = token.value or token.text
        target = name.split("___")[0]
        known = line.lexicon.unseen.get(parts(target))
        if known is not None and (known[0] in {name, target} or _said_as_target(line, at, at + 1)):
            raise _unseen(known, [token])
        if "___" in name and name.lower() not in line.lexicon.by_name and target in line.lexicon.by_target:
            raise Refusal(f"`{name}` is not a tool of {target}.", [token], weight=9)
        for size in range(2, 5):
            words = [each for each in line.tokens[at : at + size] if each.is_word]
            known = line.lexicon.unseen.get(tuple(part for each in words for part in parts(each.text)))
            if known is not None and len(words) == size and _said_as_target(line, at, at + size):
                raise _unseen(known, words)


def _said_as_target(line: Line, at: int, stop: int) -> bool:
    return line.low(stop) in _WHOLE_NOUNS or line.low(at - 1) in {"of", "on"}


def _unseen(known: tuple[str, str], culprits: list[Token]) -> Refusal:
    return Refusal(known[1], culprits, "Name a tool of another target.", weight=9)
