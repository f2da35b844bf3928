"""A rule in English to assets: each piece has one reading and becomes policies, or is asked, or refused."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from bot.cedar import Gateway
from bot.language import vocabulary
from bot.language.account import completed, refused, translated
from bot.language.assets import Asset, Finding, Offer
from bot.language.assets import Reading as Choice
from bot.language.gateway.compounds import compounded
from bot.language.gateway.context import Context
from bot.language.gateway.glossary import Glossary
from bot.language.gateway.lexicon import Lexicon, lexicon_for
from bot.language.gateway.refusals import Refusal, TooLong
from bot.language.gateway.typed import no_mention
from bot.language.gateway.unseen import refuse_unseen
from bot.language.gateway.verbs import USE
from bot.language.grammar.chart import TooMuch
from bot.language.grammar.guesses import asking
from bot.language.intent import is_request
from bot.language.lowering.lower import lower
from bot.language.meaning.model import Draft
from bot.language.meaning.policy import undone
from bot.language.message.halves import below, no_torn_end, no_torn_list, whole_runs, withdrawn
from bot.language.message.layout import apart, layouts
from bot.language.message.pieces import Piece, split
from bot.language.message.pronouns import meant, named_with, resolved, stands_for
from bot.language.message.tables import UNREAD
from bot.language.proposals import verified
from bot.language.readback import read_back
from bot.language.reader import Reading, chart_of, normal, on_each_choice, readings
from bot.language.refusal.nearest import nearest
from bot.language.refusal.offers import candidates
from bot.language.roles import marks_of
from bot.language.text.tokens import Token, hidden_character, tokenise
from bot.language.wordlists import FORBID, PERMIT, TOOL_NOUNS

_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.;\n]{0,40}\b(?:previous|above(?! \$?\d)|prior|earlier"
    r"|instructions?|rules?|polic(?:y|ies)|prompts?|restrictions?|safety|everything)\b"
    r"|(?<!unless )(?<!if )\byou are in\b|\byou are now\b|\bsystem prompt\b|\bpretend\b|\bact as\b",
    re.IGNORECASE,
)
_ABOUT_BOT = re.compile(r"\b(?:this|the|our) (?:slack )?(?:bot|policybot)\b|\bpolicybot\b", re.IGNORECASE)
# A question with more readings than this shows the first of them.
_MOST_READINGS = 4


def translate(
    rule: str, gateway: Gateway, *, glossary: Glossary | None = None, lexicon: Lexicon | None = None
) -> tuple[Asset, ...]:
    """The policies that a rule asks for, in order, and the pieces that are refused or asked.

    Pure and deterministic: the same rule and gateway give the same assets, and no text raises. A piece without a
    statement has one finding that names the words at fault and says what would work.
    """
    lexicon, glossary = lexicon or lexicon_for(gateway), glossary or Glossary()
    pieces = split(rule, lexicon)
    assets, owners = _assets(rule, pieces, lexicon, glossary)
    table = any(token.text == UNREAD for piece in pieces for token in piece.tokens)
    if not table and any(asset.statement is None for asset in assets) and (rows := _as_rows(rule, lexicon, glossary)):
        return completed(rule, rows)
    cut = partial(split, lexicon=lexicon)

    def again(text: str) -> list[Asset]:
        return _assets(text, cut(text), lexicon, glossary)[0]

    offered = [
        verified(asset, rule, owners[asset], pieces, again, cut) if asset in owners else asset for asset in assets
    ]
    return completed(rule, [_naming_nearest(asset) for asset in offered])


def _assets(
    rule: str, pieces: list[Piece], lexicon: Lexicon, glossary: Glossary
) -> tuple[list[Asset], dict[Asset, Piece]]:
    """The assets of a message, and the pieces of those for which something can be offered."""
    if (spoiled := _spoiled(rule, lexicon)) is not None:
        return [spoiled], {}
    assets: list[Asset] = []
    owners: dict[Asset, Piece] = {}
    before: Draft | None = None
    earlier: tuple[Draft, ...] = ()
    thing = ("", False)
    spoken: Reading | None = None  # the rule that said it
    last: Reading | None = None
    told: set[str] = set()  # the stems of all that tools were named with
    for piece in pieces:
        found, reading = _piece(piece, lexicon, glossary, before, earlier, below(piece, pieces), assets,
                                meant(thing, piece.tokens, piece.forbids, spoken), alone=len(pieces) == 1)  # fmt: skip
        if piece.joiner and reading and last and undone(last.policies, reading.policies):
            found, reading = [_refused(piece.text, piece.tokens, Refusal.of("undoes", piece.tokens), lexicon)], None
        if reading and last and (turned := _turned_exception(piece, reading, last)):
            found, reading = [_refused(piece.text, piece.tokens, Refusal.of("turned", turned), lexicon)], None
        leans = piece.but or piece.leans or bool(piece.joiner) or _refers_back(piece, told, lexicon)
        if leans and assets and found[0].statement is None:
            elliptic = piece.elliptic and before is not None and before.what is not None
            others = any(token.low in {"else", "others", "rest"} for token in piece.tokens)  # of each rule before
            assets = withdrawn(assets, found[0], every=others or (not piece.joiner and not elliptic))
        assets += found
        owners |= {asset: piece for asset in found if asset.offers or asset.readings}
        before, last = reading.draft if reading else None, reading
        earlier += reading.drafts if reading else ()
        if reading and (found_thing := stands_for(reading))[0]:
            thing, spoken = found_thing, reading
        told.update(token.stem for token in named_with(reading))
        if before is not None and below(piece, pieces):
            before = replace(before, what=None)  # of several lines below one, which is meant is not said
    return whole_runs(assets, pieces, rule), owners


def _as_rows(rule: str, lexicon: Lexicon, glossary: Glossary) -> list[Asset]:
    """What a message says by its layout, where that is clear: all of it, and the same however it is taken."""
    found: dict[frozenset[str | None], list[Asset]] = {}
    for pieces, cases in layouts(rule):
        assets = _assets(rule, pieces, lexicon, glossary)[0]
        statements = [asset.statement for asset in assets]
        several = len(statements) > len(pieces) or any("action in [" in (text or "") for text in statements)
        if several and ";" in rule:
            continue  # "ops: create_branch; delete_file" are two rules, the second without its people
        if None not in statements and (not cases or apart(statements, cases)):
            found.setdefault(frozenset(statements), assets)
    return next(iter(found.values())) if len(found) == 1 else []


def _turned_exception(piece: Piece, reading: Reading, last: Reading) -> Sequence[Token]:
    """The words of an exception in front of a ban that goes on with a permit: in "managers may book desks, save for
    quiet ones they may not" these are what is blocked, and by themselves what is not."""
    permits = all(policy.effect == PERMIT for policy in last.policies)
    bans = all(policy.effect == FORBID and policy.unless is not None for policy in reading.policies)
    low = [token.low for token in piece.tokens]
    opens = any(low[: len(said)] == said for said in map(str.split, vocabulary.of("Except")) if said[0] != "but")
    return piece.tokens if piece.leans and permits and bans and opens else ()


def _refers_back(piece: Piece, told: set[str], lexicon: Lexicon) -> bool:
    """Whether a rule speaks of the one before it, or of what that was `told` of: "they …", "the amount must not exceed
    50", "orders must not be shipped" behind a rule about orders."""
    first = piece.tokens[0]
    if first.low in {"but", "the", "it", "its", "this", "that", "these", "their", "there"} or first.stem in told:
        return True
    again = (token.low in {"it", "them", "one", "ones"} or _says_tool(token, told) for token in piece.tokens)
    if piece.forbids and any(again):
        return True  # "no one may waive it on Sundays", "nobody may deploy beta versions" behind who may deploy
    if piece.forbids and not any(
        token.low in TOOL_NOUNS or token.stem in lexicon.by_name_stem for token in piece.tokens
    ):
        return True  # "anything above 100 is denied" names no tool of its own, but "the rocket tool" is one
    if any(one.low == "do" and then.low == "so" for one, then in itertools.pairwise(piece.tokens)):
        return True
    return any(token.low in {"they", "though", "however"} for token in piece.tokens)


def _says_tool(token: Token, told: set[str]) -> bool:
    """Whether a word says more than that a tool is used, and a tool was named with it before."""
    return token.stem in told - USE and token.low not in TOOL_NOUNS


def _piece(
    piece: Piece,
    lexicon: Lexicon,
    glossary: Glossary,
    before: Draft | None,
    earlier: tuple[Draft, ...],
    beside: list[Piece],
    assets: list[Asset],
    thing: str,
    *,
    alone: bool,
) -> tuple[list[Asset], Reading | None]:
    tokens = compounded(resolved(piece.tokens, thing, lexicon), lexicon)
    leans = not (piece.elliptic and piece.joiner == "and")
    context = Context(tokens, lexicon, glossary, before, earlier, leans, sentence=not piece.joiner and piece.header < 0)
    try:
        no_torn_list(piece, beside)
        no_torn_end(piece, assets)
        refuse_unseen(context.line())
        no_mention(piece.text, piece.start, piece.tokens, lexicon)
        _no_question(piece)
        try:
            found = readings(context)
        except TooLong:
            raise
        except Refusal as refusal:
            asset = _with_offers(context, piece, _refused(piece.text, tokens, refusal, lexicon))
            asset = asset if asset.offers else _guessed(context, asset)
            if alone and not asset.offers and not asset.readings:
                asset = _with_nearest(context, asset)
            return [asset if asset.offers or asset.readings else _with_core(context, piece, asset, refusal)], None
        if len(found) > 1:
            return [_asked(piece, tokens, found, lexicon)], None
        texts = [lower(policy, lexicon) for policy in found[0].policies]
        for text in texts:
            if errors := lexicon.schema.validate(text):
                raise Refusal(f"The policy does not fit the gateway's schema: {errors[0]}", piece.tokens)
    except Refusal as refusal:
        return [_refused(piece.text, tokens, refusal, lexicon)], None
    except RecursionError:
        return [_refused(piece.text, tokens, TooLong(), lexicon)], None
    account = translated(found[0].context.tokens, marks_of(found[0]))
    return [Asset(piece.text, text, (Finding("VALID"),), account) for text in texts], found[0]


def _with_offers(context: Context, piece: Piece, asset: Asset) -> Asset:
    """A refusal with the rules that would be translated if a word of it was meant for one near to it."""
    offers: dict[str, Offer] = {}
    why = ""
    for slips, text in candidates(context, piece.text, piece.start):
        found = _read_instead(context, text)
        if text not in offers and len(found) == 1 and (choices := _choices(found, context.lexicon)):
            offers[text] = Offer(text, choices[0].said, choices[0].statements)
            nearly = " and ".join(f"“{token.text}” is near to “{word}”" for token, word in slips)
            why = why or f"{nearly}. Did you mean: “{text}”?"
    return replace(_saying(asset, why), offers=tuple(offers.values())) if offers else asset


def _read_instead(context: Context, text: str) -> Sequence[Reading]:
    """The readings of another text in the place of a rule; none where it is refused."""
    tokens = compounded(tokenise(text), context.lexicon)
    try:
        return readings(
            Context(tokens, context.lexicon, context.glossary, context.before, context.earlier, context.leans)
        )
    except Refusal:
        return ()


def _saying(asset: Asset, more: str) -> Asset:
    """A refusal that says something more."""
    (finding,) = asset.findings
    return replace(asset, findings=(replace(finding, description=f"{finding.description} {more}"),))


def _asked(piece: Piece, tokens: Sequence[Token], found: Sequence[Reading], lexicon: Lexicon) -> Asset:
    """The question of a rule with several readings, each in plain words."""
    choices = _choices(found, lexicon)
    refusal = Refusal("This can be read in more than one way.", tokens, _each(choices))
    return replace(_refused(piece.text, tokens, refusal, lexicon), readings=choices)


def _each(choices: Sequence[Choice]) -> str:
    return f"It could mean: {' — or: '.join(choice.said for choice in choices)}"


def _choices(found: Sequence[Reading], lexicon: Lexicon) -> tuple[Choice, ...]:
    """The first readings, in plain words."""
    choices: list[Choice] = []
    for reading in found[:_MOST_READINGS]:
        statements = tuple(lower(policy, lexicon) for policy in reading.policies)
        if any(lexicon.schema.validate(text) for text in statements):
            continue
        choices.append(Choice(" ".join(read_back(text, lexicon.gateway) for text in statements), statements))
    return tuple(choices)


def _guessed(context: Context, asset: Asset) -> Asset:
    """A refusal as a question, where a value names no input or words fit some tools: what each could mean."""
    try:
        choices = _choices(readings(asking(context)), context.lexicon)
    except Refusal:
        return asset
    if not choices:
        return asset
    return replace(_saying(asset, _each(choices)), readings=choices)


def _with_nearest(context: Context, asset: Asset) -> Asset:
    """A refusal of all that was said, with the rules that it comes near to in plain words."""
    offers: dict[object, Offer] = {}
    with suppress(TooMuch):
        for near in nearest(context, chart_of(context)):
            for policies in on_each_choice(context, (near.draft,), []):
                statements = tuple(lower(policy, context.lexicon) for policy in policies)
                if all(map(near.keeps, statements)) and not any(map(context.lexicon.schema.validate, statements)):
                    said = " ".join(read_back(text, context.lexicon.gateway) for text in statements)
                    offers.setdefault(normal(policies), Offer(said, said, statements))
    return replace(asset, offers=tuple(offers.values()))


def _naming_nearest(asset: Asset) -> Asset:
    """A refusal that says what is offered in its place, where it does not say so yet."""
    told = asset.findings[0].description
    more = [offer.said for offer in asset.offers if offer.said not in told and f"“{offer.rule}”" not in told]
    return _saying(asset, f"The nearest that works: {' — or: '.join(more)}") if more and not asset.readings else asset


def _with_core(context: Context, piece: Piece, asset: Asset, refusal: Refusal) -> Asset:
    """A refusal with what of its piece is a rule without the rest. It is said and never offered: it may be looser."""
    if not refusal.core or refusal.core[0].start > refusal.core[-1].start:
        return asset  # of a table, words that do not stand in this order
    text = piece.text[refusal.core[0].start - piece.start : refusal.core[-1].end - piece.start]
    understood = bool(text.strip()) and len(_read_instead(context, text)) == 1
    return _saying(asset, f"“{text}” is understood, and leaves that out.") if understood else asset


def _refused(text: str, tokens: Sequence[Token], refusal: Refusal, lexicon: Lexicon | None = None) -> Asset:
    description = (
        refusal.description if refusal.advice or lexicon is None else f"{refusal.sentence} {_example(lexicon)}"
    )
    account = refused(tokens, refusal.culprits, refusal.sentence)
    return Asset(text, None, (Finding("NOT_TRANSLATABLE", description),), account)


def _spoiled(rule: str, lexicon: Lexicon) -> Asset | None:
    """The refusal of a whole message: one without words, or in which nothing can be trusted."""
    if not rule.strip():
        return _refused("", (), Refusal("The rule is empty.", (), _example(lexicon)))
    if not any(char.isalnum() for char in rule):
        return _refused(rule.strip(), tokenise(rule), Refusal("The rule has no words.", (), _example(lexicon)))
    spoiled = _untrusted(rule, lexicon)
    return _refused(rule.strip(), tokenise(rule), spoiled) if spoiled is not None else None


def _untrusted(rule: str, lexicon: Lexicon) -> Refusal | None:
    """Why nothing in a message can be trusted: a character that hides, or an instruction to the translator."""
    if (hidden := hidden_character(rule)) is not None:
        why = f"The rule holds {hidden}, so it may not say what it seems to say."
        return Refusal(why, (), "Type it again in plain letters.")
    if (found := _INSTRUCTION.search(rule)) is not None:
        told = [token for token in tokenise(rule) if found.start() <= token.start < found.end()]
        why = f"“{found[0]}” is an instruction to the translator, and not a rule about tools."
        return Refusal(why, told, _example(lexicon))
    return None


def _no_question(piece: Piece) -> None:
    if piece.question and not is_request(piece.text):
        raise Refusal.of("question", piece.tokens, what=piece.text)
    if (about := _ABOUT_BOT.search(piece.text)) is not None:
        said = [token for token in piece.tokens if token.low in about[0].lower().split()]
        raise Refusal.of("about_the_bot", said, name=about[0])


def _example(lexicon: Lexicon) -> str:
    """A rule that would work at this gateway."""
    if not lexicon.tools:
        return "This gateway has no tool that a policy can name."
    tool = lexicon.tools[0].tool.name
    who = "account 123456789012" if lexicon.gateway.principal_type.endswith("IamEntity") else "users with role manager"
    return f"A rule that works: “allow {who} to call {tool}”."
