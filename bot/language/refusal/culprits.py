"""Why a rule has no reading: the words that no phrase could take, and what would work instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.language import vocabulary
from bot.language.gateway.context import Context
from bot.language.gateway.deeds import DETERMINERS
from bot.language.gateway.groups import surely_people
from bot.language.gateway.refusals import Refusal, names, nearest_inputs, quote, unknown_input
from bot.language.gateway.tool_words import ToolWords
from bot.language.gateway.unknown import unknown_tool
from bot.language.gateway.verbs import is_said_to_do, is_verb
from bot.language.grammar.chart import Chart
from bot.language.grammar.rules import closed_words
from bot.language.lowering.lower import meanings
from bot.language.meaning.model import Draft, spread
from bot.language.refusal.cover import Piece, core, cover
from bot.language.refusal.hopeless import hopeless
from bot.language.refusal.offers import is_value, slips, strange
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural
from bot.language.wordlists import ARTICLES, IMPERATIVES, PREPOSITIONS, STOPS

_SPEAKERS = frozenset({"you", "we", "i", "he", "she"})
_NEGATIONS = frozenset({"not", "no", "never", "nobody", "none", "neither", "nor", "only", "nothing"})
_JOINERS = frozenset({"and", "or", "but"})
_BE = frozenset({"is", "are", "be", "not", "always", "strictly", "never"})
_ENDS = frozenset(",.;:)!?")
_FEW = 3
_MOST = 7


def explain(context: Context, chart: Chart, refusals: Sequence[Refusal]) -> Refusal:
    """The refusal that says best why no reading of a rule can be a policy; what may be a slip is always named."""
    found = _explained(context, chart, refusals)
    odd = slips(context)
    if not refusals:
        odd += [token for token in strange(context) if token not in odd and not _is_people(context, chart, token)]
    return _with_strange(found, [token for token in context.tokens if token in odd and not is_verb(token)])


def _explained(context: Context, chart: Chart, refusals: Sequence[Refusal]) -> Refusal:
    none = hopeless(context, chart)
    refusals = [refusal for refusal in refusals if not _blames_people(context, chart, refusal)]
    if refusals:
        best = max(refusals, key=lambda refusal: (refusal.weight >= 5, not _only_grammar(refusal), refusal.weight))
        return best if none is None or best.weight >= 5 else none
    grave = [refusal for refusal in context.reasons if refusal.weight >= 9]
    if grave:
        return grave[0]
    if none is not None:
        return none
    if (found := _denied_ban(context) or _nobody_named(context)) is not None:
        return found
    listed = context.lexicon.listed
    timed = [
        refusal
        for refusal in context.reasons
        if refusal.weight == 2
        and refusal.advice
        and not all(each.is_word and (_is_closed(each) or each.low in listed) for each in refusal.culprits)
    ]
    if timed and not _says_tool_first(timed):
        return max(timed, key=lambda refusal: len(refusal.culprits))
    return _furthest(context, chart)


def _says_tool_first(refusals: Iterable[Refusal]) -> bool:
    return all("could be" in refusal.sentence for refusal in refusals)


def _denied_ban(context: Context) -> Refusal | None:
    tokens = context.tokens
    table = vocabulary.phrases()
    for at in range(len(tokens) - 1):
        if tokens[at].low in {"never", "not"}:
            after = at + 1 + (tokens[at + 1].low in {"be", "to"})
            if after < len(tokens) and tokens[after].low in context.lexicon.listed:
                continue  # "hide but not remove comments"
            entries = [entry for entries, _ in table.all_at(tokens, after, len(tokens)) for entry in entries]
            if any(meaning == "forbid" for _, _, meaning in entries):
                said = tokens[at : after + 1]
                return Refusal.of("two_negations", said)
    return None


def _nobody_named(context: Context) -> Refusal | None:
    """ "Ana may cancel orders", "let Ana cancel", "you may not": a name alone says no claim."""
    tokens = context.tokens
    modal = next(
        (at for at, token in enumerate(tokens) if token.low in {"may", "can", "must", "should", "shall"}), None
    )
    if modal in {1, 2}:
        said = tokens[:modal]
    elif (
        len(tokens) > 2
        and tokens[0].low in IMPERATIVES
        and tokens[1].text.isalpha()
        and _goes_on(tokens[2])
        and not is_verb(tokens[1])
    ):
        said = tokens[1:2]
    else:
        return None
    if said[0].low in _SPEAKERS:
        return Refusal.of("not_who", said)
    if len(said) == 1 and surely_people(said[0].low) and is_plural(said[0].low):
        return None
    if len(said) == 1 and said[0].is_word and not _has_place(context, said[0]) and not said[0].low.endswith("s"):
        return Refusal.of("user_or_role", said, name=said[0].text)
    if said[0].text.istitle() and modal is None and not _has_place(context, said[0]):
        return Refusal.of("user_or_role", said, name=said[0].text)
    return None


def _goes_on(token: Token) -> bool:
    return token.low in {"to", "from"} or is_verb(token)


def _furthest(context: Context, chart: Chart) -> Refusal:
    """The first words that go with nothing that was understood, or else the words that should have named a tool."""
    tokens = context.tokens
    unknown = [token for token in strange(context) if not is_verb(token)]
    odd = [token for token in unknown if not _is_people(context, chart, token)]
    pieces = cover(chart, {at for at, token in enumerate(tokens) if token in odd})
    main = core(pieces)
    if main is not None and (found := _not_on_its_tool(context, chart, main)) is not None:
        return _with_strange(found, odd)
    if main is not None and (found := _of_no_tool(context, main)) is not None:
        return _with_strange(found, odd)
    if main is not None and main.is_clause:
        return _beside(context, chart, pieces, main)
    deed = _tool_phrase(context, chart, pieces)
    mostly = 2 * len(unknown) >= sum(token.is_word for token in tokens)  # such as a rule in another language
    if mostly or (not odd and deed is not None and deed.weight < 0):
        odd = unknown
    if odd and main is None:
        return unknown_tool(context.line(), odd)
    if deed is not None:
        return _with_strange(deed, odd)
    return _beside(context, chart, pieces, main)


def _of_no_tool(context: Context, main: Piece) -> Refusal | None:
    """ "May approve refunds", where expenses are approved: a verb alone was understood, and no tool does it to that."""
    tokens, at = context.tokens, main.stop
    before = tokens[at - 1]
    if at == len(tokens) or not is_said_to_do(context.line(), at - 1, first=True) or main.draft is None:
        return None
    if not is_verb(before) and before.stem not in context.lexicon.openings:
        return None
    while at < len(tokens) and tokens[at].low in DETERMINERS | {"any", "all", "every", "our", "the"}:
        at += 1
    noun = tokens[at] if at < len(tokens) else None
    if noun is None or not noun.is_word or _is_closed(noun) or not is_plural(noun.low):
        return None
    return unknown_tool(context.line(), (before, noun))


def _not_on_its_tool(context: Context, chart: Chart, main: Piece) -> Refusal | None:
    """Why the words that were understood are no rule about the tool that they name; None where they are one."""
    assert main.phrase is not None
    best: Refusal | None = None
    for phrase in chart.starting[main.start, main.phrase.category]:
        if phrase.end != main.stop or not isinstance(phrase.meaning, Draft) or phrase.meaning.what is None:
            continue
        try:
            for part in spread(replace(phrase.meaning, effect=phrase.meaning.effect or "permit")):
                assert part.what is not None
                for actions in part.what.choices:
                    meanings(context, part, actions)
        except Refusal as refusal:
            if _blames_people(context, chart, refusal):
                return None
            best = refusal if best is None or refusal.weight > best.weight else best
        else:
            return None
    return best


def _beside(context: Context, chart: Chart, pieces: Sequence[Piece], main: Piece | None) -> Refusal:
    """What stands beside the words that were understood: those that nothing is known of, or else where it goes on."""
    tokens = context.tokens
    tools = context.tools_of(main.draft.what) if main is not None and main.draft is not None else ()
    tool = tools[0] if tools and not (main and main.draft and main.draft.what and main.draft.what.everything) else None
    whole = _whole(tokens, main)
    left = [at for piece in pieces if piece.phrase is None for at in range(piece.start, piece.stop)]
    wrong = slips(context)
    odd = [token for token in strange(context) if not _is_people(context, chart, token)]
    inner = range(main.start, main.stop) if main is not None else ()
    unknown = [
        at
        for at in left
        if not _is_people(context, chart, tokens[at])
        and not _is_known(context, tool, tokens[at])
        and not is_value(context, at)
    ] + [at for at, token in enumerate(tokens) if token in wrong or (token in odd and at in left)]
    unknown = sorted(set(unknown)) or [at for at, token in enumerate(tokens) if token in odd and at not in inner]
    if unknown:
        said = _joined(tokens, unknown)
        if tool is not None:
            found = unknown_input(tool, said)
            return Refusal(found.sentence, said, found.advice, weight=found.weight, core=whole)
        return Refusal(f"{quote(said)} is not understood here.", said, core=whole)
    first = _first(tokens, pieces, main)
    if main is None:
        return Refusal(f"{quote(first)} is not understood here.", first, weight=2)
    advice = f"Use its inputs ({nearest_inputs([tool])}), make" if tool is not None and tool.inputs else "Make"
    where = f"beside {names([tool])}" if tool is not None else "here"
    sentence = f"{quote(first)} is not understood {where}."
    return Refusal(sentence, first, f"{advice} it a rule of its own, or leave it out.", weight=2, core=whole)


def _whole(tokens: Sequence[Token], main: Piece | None) -> Sequence[Token]:
    """The words that may be a rule without the rest: most of them, where nothing that denies is left out."""
    if main is None or not main.is_clause or tokens[main.start].low in _JOINERS:
        return ()
    rest = (*tokens[: main.start], *tokens[main.stop :])
    if any(token.low in _NEGATIONS for token in rest) or len(rest) > main.stop - main.start:
        return ()
    start, stop = main.start, main.stop
    while tokens[start].kind == "punct":
        start += 1
    while tokens[stop - 1].low in _JOINERS or tokens[stop - 1].kind == "punct":
        stop -= 1
    return tokens[start:stop]


def _is_known(context: Context, tool: ToolWords | None, token: Token) -> bool:
    """Whether a word is of the closed vocabulary, or of the tool at hand."""
    if token.kind != "quoted" and (not token.is_word or _is_closed(token)):
        return True
    if tool is None:
        return token.stem in context.lexicon.words
    return (tool.input_words | tool.around).issuperset(token.words)


def _only_grammar(refusal: Refusal) -> bool:
    return all(map(_is_closed, refusal.culprits))


def _is_closed(token: Token) -> bool:
    if token.low in STOPS | ARTICLES | DETERMINERS | PREPOSITIONS or token.low in IMPERATIVES:
        return True
    return token.low in closed_words() or is_verb(token)


def _joined(tokens: Sequence[Token], places: Sequence[int]) -> tuple[Token, ...]:
    """The words at some places, with a word that stands between two of them."""
    between = {at + 1 for at in places if at + 2 in places and tokens[at + 1].is_word}
    counted = {at - 1 for at in places if at and tokens[at - 1].kind == "number"}  # "24 hours"
    glued = set[int]()
    for at in places:
        while at + 1 < len(tokens) and tokens[at + 1].start == tokens[at].end and tokens[at + 1].low not in _ENDS:
            at += 1
            glued.add(at)
    return tuple(tokens[at] for at in sorted({*places, *between, *counted, *glued}))


def _first(tokens: Sequence[Token], pieces: Sequence[Piece], main: Piece | None) -> Sequence[Token]:
    """The first words beside the main ones that say something: what is in no phrase before what is in one."""
    rest = [piece for piece in pieces if piece is not main and not piece.says_nothing and _says(tokens, piece)]
    behind = [piece for piece in rest if main is None or piece.start >= main.stop]
    loose = [piece for piece in rest if piece.phrase is None]
    first = next(iter(behind or loose or rest), None)
    if first is None:
        return tokens[-1:]
    stop = first.stop
    for piece in pieces:
        if (
            piece.start == stop
            and piece is not main
            and (stop - first.start < _FEW or tokens[stop - 1].low in STOPS | ARTICLES)
        ):
            if not tokens[piece.start].is_word and piece.phrase is None:
                break
            stop = piece.stop
    start = first.start
    while tokens[first.start].low in _BE and start > max(first.start - _FEW, 0) and tokens[start - 1].is_word:
        if tokens[start - 1].low in STOPS | ARTICLES:
            break
        start -= 1  # "is below 4": what is?
    return tokens[start : min(stop, first.start + _MOST)]


def _says(tokens: Sequence[Token], piece: Piece) -> bool:
    first = tokens[piece.start]
    return piece.phrase is not None or (first.kind != "punct" and first.low not in ARTICLES)


def _is_people(context: Context, chart: Chart, token: Token) -> bool:
    """Whether a word is of a group of people that was found."""
    at = context.tokens.index(token)
    groups = (phrase for phrases in chart.starting.values() for phrase in phrases if phrase.category == "Group")
    return any(phrase.start <= at < phrase.end for phrase in groups if ("sure", "yes") in phrase.features)


def _blames_people(context: Context, chart: Chart, refusal: Refusal) -> bool:
    """Whether it takes the people of a rule for an input or a value: somewhere else the rule does not go on."""
    said = [token for token in refusal.culprits if token in context.tokens]
    return refusal.weight == 4 and bool(said) and all(_is_people(context, chart, token) for token in said)


def _with_strange(refusal: Refusal, odd: list[Token]) -> Refusal:
    """The refusal, with the words named too that nothing is known of."""
    more = [token for token in odd if token not in refusal.culprits]
    if not more:
        return refusal
    no_word = "is no word" if len(more) == 1 else "are no words"
    sentence = f"{refusal.sentence} {quote(more)} {no_word} of this gateway."
    culprits = (*more, *refusal.culprits)
    return Refusal(
        sentence, culprits, refusal.advice, weight=refusal.weight, between=refusal.between, core=refusal.core
    )


def _tool_phrase(context: Context, chart: Chart, pieces: Sequence[Piece]) -> Refusal | None:
    """The refusal of the widest words that could have named a tool, where no phrase has them."""
    best: tuple[bool, int, int, Refusal] | None = None
    groups = [phrase for phrases in chart.starting.values() for phrase in phrases if ("sure", "yes") in phrase.features]
    people = {phrase.end - 1 for phrase in groups if phrase.category == "Group"}
    effects = _effects(context)
    for places, refusal in context.spans.items():
        verb = is_said_to_do(
            context.line(), places[0], first=True
        )  # "may email customers": nobody is an e-mail customer
        covered = any(
            piece.start <= places[0] and places[-1] < piece.stop
            for piece in pieces
            if piece.phrase is not None and not (verb and piece.phrase.category in {"Who", "Mod"})
        )
        score = (refusal.weight >= 3, len(places), refusal.weight)
        if not effects.isdisjoint(places) or places[0] in people:
            continue
        if not covered and (best is None or score > best[:3]):
            best = (*score, refusal)
    return best[3] if best is not None else None


def _effects(context: Context) -> set[int]:
    """The places of words that say the effect: "block" in front, "are blocked" at the end."""
    tokens = context.tokens
    states = {phrase for phrase in vocabulary.of("StateWord") | vocabulary.of("Barred") if " " not in phrase}
    passive = {at for at in range(1, len(tokens)) if tokens[at].low in states and tokens[at - 1].low in _BE}
    return passive | ({0} if tokens[0].low in IMPERATIVES and len(tokens) > 1 else set())


def _has_place(context: Context, token: Token) -> bool:
    """Whether a word is of the closed vocabulary or of the gateway."""
    table = vocabulary.phrases()
    known = (
        token.low in STOPS | ARTICLES
        or is_verb(token)
        or token.text in context.lexicon.input_names
        or token.stem in context.lexicon.words
        or token.low in context.lexicon.listed
    )
    return known or any(True for _ in table.all_at([token], 0, 1)) or token.low in closed_words()
