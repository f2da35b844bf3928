"""Why words name no tool of a gateway, and which come near."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language.gateway.deeds import DETERMINERS
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.line import Line
from bot.language.gateway.refusals import Refusal, names, nearest_tools, quote
from bot.language.gateway.verbs import VERBS
from bot.language.text.tokens import Token
from bot.language.text.words import parts


def unknown_tool(line: Line, tokens: Sequence[Token], *, weight: int = 1) -> Refusal:
    """No tool fits: name the words that no tool has, or all of them when each is known somewhere."""
    tools = names(line.lexicon.tools, 3)
    strange = [token for token in tokens if token.is_word and not _known(line.lexicon, token)]
    culprits = strange or list(tokens)
    nearest = nearest_tools(tokens, line.lexicon)
    if hidden := _hidden(line.lexicon, line.tokens):
        advice = f"Of what can be seen, the nearest is {nearest}." if nearest else "No tool that is seen comes near."
        return Refusal(hidden, culprits, advice, weight=weight)
    if not nearest:
        advice = f"Its only tool is {tools}." if len(line.lexicon.tools) == 1 else f"Its tools are {tools}: name one."
    elif nearest.count("`") > 2:
        advice = f"The nearest are {nearest}: name one."
    else:
        advice = f"The nearest is {nearest}: name it, or another."
    if strange:
        return Refusal(f"This gateway has no tool for {quote(culprits)}.", culprits, advice, weight=weight)
    said = quote(culprits)
    return Refusal(
        f"{said} {'names' if said.count('“') == 1 else 'name'} no tool of this gateway.",
        culprits,
        advice,
        weight=weight,
    )


def _hidden(lexicon: Lexicon, tokens: Sequence[Token]) -> str:
    """Why a rule may name a tool all the same: its target is named in it, and not all tools of that can be seen."""
    said = {part for token in tokens for part in parts(token.text)}
    named = (target for target in lexicon.gateway.targets if said & {*parts(target.name)})
    return next((target.unseen for target in named if target.unseen), "")


def _known(lexicon: Lexicon, token: Token) -> bool:
    if token.low in DETERMINERS or token.stem in VERBS:
        return True
    return all(word in lexicon.by_any_stem for word in token.words)
