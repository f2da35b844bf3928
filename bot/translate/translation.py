"""A rule in English to assets: every piece is translated whole or refused with the reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.cedar import Gateway
from bot.translate import guards
from bot.translate.account import completed, refused, translated
from bot.translate.assets import Asset, Finding
from bot.translate.emitter import statement
from bot.translate.glossary import Glossary
from bot.translate.halves import below, no_torn_list, only_people, tool_words, withdrawn, word_at
from bot.translate.lexicon import Lexicon, lexicon_for
from bot.translate.line import Line
from bot.translate.people import People
from bot.translate.pieces import Piece, split
from bot.translate.reader import Reading, read
from bot.translate.refusals import Refusal, quote
from bot.translate.times import hopeless_in
from bot.translate.tokens import Token, hidden_character, tokenise
from bot.translate.tool_scores import is_verb
from bot.translate.typed import named_inputs, no_mention
from bot.translate.vocabulary import ARTICLES, COPULAS, TOOL_NOUNS

_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.;\n]{0,40}\b(?:previous|above|prior|earlier|instructions?|rules?|polic(?:y|ies)"
    r"|prompts?|restrictions?|safety|everything)\b|\byou are (?:now|in)\b|\bsystem prompt\b|\bpretend\b|\bact as\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"(?:can|could|would|will) (?:you|we) (?:please )?(?:allow|let|block|deny|forbid|stop|prevent|permit|ban|prohibit)",
    re.IGNORECASE,
)
_ABOUT_BOT = re.compile(r"\b(?:this|the|our) (?:slack )?(?:bot|policybot)\b|\bpolicybot\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Before:
    """What the next piece may take over: who the rule before was for, the noun for its tool, and all words for it.

    A rule with conditions leaves no `tool`: whether "interns may not" has them too is not said.
    """

    people: People | None = None
    thing: str = ""
    tool: tuple[Token, ...] = ()


def translate(
    rule: str, gateway: Gateway, *, glossary: Glossary | None = None, lexicon: Lexicon | None = None
) -> tuple[Asset, ...]:
    """The policies that a rule asks for, in order, and the pieces that are refused.

    Pure and deterministic: the same rule and gateway give the same assets, and no text raises. A piece without a
    statement has one finding that names the words at fault and says what would work.
    """
    lexicon = lexicon or lexicon_for(gateway)
    glossary = glossary or Glossary()
    if not rule.strip():
        return (_refused("", (), Refusal("The rule is empty.", (), _example(lexicon))),)
    if not any(char.isalnum() for char in rule):
        return (_refused(rule.strip(), tokenise(rule), Refusal("The rule has no words.", (), _example(lexicon))),)
    if (spoiled := _spoiled(rule, lexicon)) is not None:
        return (_refused(rule.strip(), tokenise(rule), spoiled),)
    assets: list[Asset] = []
    before = _Before()
    pieces = split(rule, lexicon)
    for piece in pieces:
        if assets and not piece.elliptic and only_people(piece, lexicon, glossary):
            piece = replace(piece, tokens=(*piece.tokens, word_at("to", piece.end)), leans=True, elliptic=True)
        found_assets, before = _piece(piece, lexicon, glossary, before, below(piece, pieces))
        if (piece.but or piece.leans) and assets and found_assets[0].statement is None:
            assets = withdrawn(
                assets, found_assets[0], every=piece.leans and not piece.joiner and not (piece.elliptic and before.tool)
            )
        assets += found_assets
    return completed(rule, assets)


def _spoiled(rule: str, lexicon: Lexicon) -> Refusal | None:
    """Why nothing in a message can be trusted: a character that hides, or an instruction to the translator."""
    if (hidden := hidden_character(rule)) is not None:
        why = f"The rule holds {hidden}, so it may not say what it seems to say."
        return Refusal(why, (), "Type it again in plain letters.")
    if (found := _INSTRUCTION.search(rule)) is not None:
        told = [token for token in tokenise(rule) if found.start() <= token.start < found.end()]
        why = f"“{found[0]}” is an instruction to the translator, and not a rule about tools."
        return Refusal(why, told, _example(lexicon))
    return None


def _piece(
    piece: Piece, lexicon: Lexicon, glossary: Glossary, before: _Before, beside: list[Piece]
) -> tuple[list[Asset], _Before]:
    tokens = _resolved(named_inputs(piece.tokens, lexicon), before.thing)
    if piece.elliptic and piece.joiner != "and":  # "and interns may not" could narrow the rule before, or be one more
        tokens += [replace(token, start=piece.end, end=piece.end) for token in before.tool]
    try:
        no_torn_list(piece, beside)
        no_mention(piece.text, piece.start, piece.tokens, lexicon)
        _no_question(piece)
        reading = read(lambda: Line(list(tokens), lexicon, glossary), before.people)
        actions = [action for part in reading.parts for action in part.actions]
        guards.check(tokens, reading.marks, lexicon, actions, reading.effect)
        statements = _statements(reading, lexicon, tokens)
    except Refusal as refusal:
        return [_refused(piece.text, tokens, _with_times(refusal, tokens), lexicon)], before
    except RecursionError:
        too_long = Refusal("The rule nests or lists more than a policy can hold.", (), "Make it several rules.")
        return [_refused(piece.text, tokens, too_long)], before
    account = translated(tokens, reading.marks)
    return [Asset(piece.text, text, (Finding("VALID"),), account) for text in statements], _Before(
        reading.people, _thing(tokens, reading) or before.thing, () if beside else tool_words(tokens, reading)
    )


def _thing(tokens: list[Token], reading: Reading) -> str:
    """The noun that a rule names its tool with, for "them" in the next."""
    places = [at for at, (role, _) in sorted(reading.marks.items()) if role == "tool" and tokens[at].is_word]
    nouns = [tokens[at].low for at in places if not is_verb(tokens[at]) and tokens[at].low not in ARTICLES | TOOL_NOUNS]
    return nouns[-1] if nouns else ""


def _resolved(tokens: Sequence[Token], thing: str) -> list[Token]:
    """The tokens with "it" and "them" right after a verb as the thing that the rule before was about."""
    return [
        replace(token, low=thing)
        if thing
        and at
        and token.low in {"it", "them"}
        and is_verb(tokens[at - 1])
        and tokens[at - 1].low not in COPULAS
        else token
        for at, token in enumerate(tokens)
    ]


def _with_times(refusal: Refusal, tokens: list[Token]) -> Refusal:
    """The refusal, with a relative time named as well when the piece has one: it could not be honoured either way."""
    culprits = hopeless_in(tokens)
    if not culprits or set(culprits) <= set(refusal.culprits):
        return refusal
    also = f"{refusal.sentence} {quote(culprits)} is not something that a policy can check either."
    return Refusal(also, (*refusal.culprits, *culprits), refusal.advice)


def _no_question(piece: Piece) -> None:
    if piece.question and not _REQUEST.match(piece.text):
        raise Refusal(
            f"“{piece.text}?” is a question, and not a rule.", piece.tokens, "Say who may, or may not, do what."
        )
    if (about := _ABOUT_BOT.search(piece.text)) is not None:
        raise Refusal(f"“{about[0]}” is not a tool of this gateway: who may approve rules is a setting of the bot.",
                      [token for token in piece.tokens if token.low in about[0].lower().split()])  # fmt: skip


def _statements(reading: Reading, lexicon: Lexicon, tokens: list[Token]) -> list[str]:
    """The policies as text, each valid against the gateway's schema."""
    found: list[str] = []
    for part in reading.parts:
        text = statement(lexicon.gateway, reading.effect, part.actions, part.when, part.unless, group=part.group)
        errors = lexicon.schema.validate(text)
        if errors:
            raise Refusal(f"The policy for {quote(tokens[:12])} does not fit the gateway's schema: {errors[0]}", tokens)
        found.append(text)
    return found


def _refused(
    text: str, tokens: list[Token] | tuple[Token, ...], refusal: Refusal, lexicon: Lexicon | None = None
) -> Asset:
    description = (
        refusal.description if refusal.advice or lexicon is None else f"{refusal.sentence} {_example(lexicon)}"
    )
    account = refused(tokens, refusal.culprits, refusal.sentence)
    return Asset(text, None, (Finding("NOT_TRANSLATABLE", description),), account)


def _example(lexicon: Lexicon) -> str:
    """A rule that would work at this gateway."""
    if not lexicon.tools:
        return "This gateway has no tool that a policy can name."
    tool = lexicon.tools[0].tool.name
    who = "account 123456789012" if lexicon.gateway.principal_type.endswith("IamEntity") else "users with role manager"
    return f"A rule that works: “allow {who} to call {tool}”."
