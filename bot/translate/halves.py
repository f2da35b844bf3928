"""What two rules of one message share: a tool that the second leaves out, and a half that narrows the first."""

from __future__ import annotations

from dataclasses import replace

from bot.translate.assets import Asset, Finding
from bot.translate.frame import skip_fillers
from bot.translate.glossary import Glossary
from bot.translate.lexicon import Lexicon
from bot.translate.line import Line
from bot.translate.people import people_at
from bot.translate.phrases import Phrases
from bot.translate.pieces import Piece
from bot.translate.reader import Reading
from bot.translate.refusals import Refusal
from bot.translate.tokens import Token
from bot.translate.vocabulary import IMPERATIVES

_IMPERATIVES = Phrases(IMPERATIVES)
_SAID_WITH = frozenset({"tool", "filler", "joiner"})


def withdrawn(assets: list[Asset], other: Asset, *, every: bool) -> list[Asset]:
    """The assets without the policies of the last rule, or of every rule: what narrows them cannot be honoured."""
    why = f"“{other.fragment}” belongs to this rule, and cannot be honoured."
    halves = {asset.fragment for asset in (assets if every else assets[-1:])}
    kept: list[Asset] = []
    for asset in assets:
        if asset.fragment not in halves or asset.statement is None:
            kept.append(asset)
        elif not kept or kept[-1].fragment != asset.fragment:
            kept.append(replace(asset, statement=None, findings=(Finding("NOT_TRANSLATABLE", why),)))
    return kept


def below(piece: Piece, pieces: list[Piece]) -> list[Piece]:
    """The other rules that stand below the line that a rule stands below."""
    return [other for other in pieces if other is not piece and piece.header >= 0 and other.header == piece.header]


def no_torn_list(piece: Piece, beside: list[Piece]) -> None:
    """Raise Refusal for "allow refunds:" with "for managers" and "under 100" below: one rule with both, or two."""
    if beside and any(other.limit for other in (piece, *beside)):
        raise Refusal("The lines below this one could all be meant together, or each by itself.", piece.tokens,
                      "Write one rule a line.", weight=9)  # fmt: skip


def only_people(piece: Piece, lexicon: Lexicon, glossary: Glossary) -> bool:
    """Whether a piece says an effect and who, and nothing more: "do not allow interns" takes the tool before it."""
    line = Line(list(piece.tokens), lexicon, glossary)
    start = skip_fillers(line, 0, len(line.tokens))
    effect = _IMPERATIVES.at(line.tokens, start)
    try:
        people = people_at(line, effect[1], len(line.tokens), sure=True) if effect else None
    except Refusal:
        return False
    return people is not None and people[1] == len(line.tokens) and people[0].condition is not None


def word_at(text: str, at: int) -> Token:
    """A word that nobody typed, which takes no place."""
    return Token(text, at, at, "word", text)


def tool_words(tokens: list[Token], reading: Reading) -> tuple[Token, ...]:
    """All the words that a rule names its tool with, where they stand together and the rule has no conditions."""
    places = [at for at, (role, _) in reading.marks.items() if role == "tool"]
    between = range(min(places, default=0), max(places, default=-1) + 1)
    if any(role == "condition" for role, _ in reading.marks.values()):
        return ()
    return tuple(tokens[at] for at in between) if all(reading.marks[at][0] in _SAID_WITH for at in between) else ()
