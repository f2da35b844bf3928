"""Why a rule has no reading: the words that no phrase could take, and what would work instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.language import vocabulary
from bot.language.chart import Chart, Phrase
from bot.language.context import Context
from bot.language.deeds import DETERMINERS
from bot.language.inputs import unknown_input
from bot.language.instruments import other_instrument
from bot.language.meaning import Draft
from bot.language.offers import strange
from bot.language.refusals import Refusal, names, nearest_inputs, quote
from bot.language.times import SAY_UTC, hopeless_in
from bot.language.tokens import Token
from bot.language.tool_scores import unknown_tool
from bot.language.verbs import is_verb
from bot.language.wordlists import ARTICLES, IMPERATIVES, RATES, STOPS, VAGUE
from bot.language.words import stem

_SPANS = frozenset({"day", "hour", "week", "month", "minut", "second", "year", "quarter", "cycl"})
_WHOSE = frozenset({"their", "his", "her", "my", "your", "own", "our own"})
_LIMITS = frozenset({"mostly", "partly", "partially", "twice", "often", "rarely", "initially", "usually", "sometimes"})
_SPEAKERS = frozenset({"you", "we", "i", "he", "she"})
_WITHOUT_MEANING = frozenset({"When", "Unless", "Det", "Filler", "Adverb", "Except"})
_BE = frozenset({"is", "are", "be", "not", "always", "strictly", "never"})
_OFTEN = frozenset({"monthly", "daily", "weekly", "yearly", "hourly", "annually"})
_COUNTS = (
    "Counts and sums over time are temporal policies of AgentCore, and calls per minute are its rate limits: "
    "a rule here sees one call."
)


def explain(context: Context, chart: Chart, refusals: Sequence[Refusal]) -> Refusal:
    """The refusal that says best why no reading of a rule can be a policy."""
    hopeless = _hopeless(context)
    if refusals:
        best = max(refusals, key=lambda refusal: refusal.weight)
        return best if hopeless is None or best.weight >= 5 else hopeless
    grave = [refusal for refusal in context.reasons if refusal.weight >= 9]
    if grave:
        return grave[0]
    if hopeless is not None:
        return hopeless
    if (found := _denied_ban(context) or _nobody_named(context)) is not None:
        return found
    timed = [refusal for refusal in context.reasons if refusal.weight == 2 and refusal.advice]
    if timed and not _says_tool_first(timed):
        return max(timed, key=lambda refusal: len(refusal.culprits))
    return _furthest(context, chart)


def _says_tool_first(refusals: Iterable[Refusal]) -> bool:
    return all("could be" in refusal.sentence for refusal in refusals)


def _hopeless(context: Context) -> Refusal | None:
    """Words that no policy can check, wherever they stand: counts over time, relative dates, vague words, whose."""
    tokens = list(context.tokens)
    if (found := _counted(context, tokens) or other_instrument(context)) is not None:
        return found
    relative = hopeless_in(tokens)
    if relative and not all(_known(context, token) for token in relative):
        said = _with_which(tokens, relative)
        return Refusal(f"{quote(said)} is not something that a policy can check.", said, SAY_UTC, weight=7)
    phrased = _phrased(tokens)
    odd = [
        each
        for at, token in enumerate(tokens)
        if at not in phrased
        and token.is_word
        and (token.low in VAGUE | _WHOSE | _LIMITS)
        and not _known(context, token)
        for each in (_noun_behind(tokens, at) if token.low in _WHOSE else [token])
    ]
    if odd:
        return Refusal(
            f"{quote(odd)} is not something that a policy can check.",
            odd,
            "Leave that out, or name an input and a value.",
            weight=4,
        )
    return None


def _counted(context: Context, tokens: list[Token]) -> Refusal | None:
    """ "Twice a day": a count over time."""
    for at, token in enumerate(tokens):
        span = (
            token.low in {"a", "an", "each", "every", "per"}
            and at
            and at + 1 < len(tokens)
            and stem(tokens[at + 1].low) in _SPANS
        )
        rate = token.low in RATES - _OFTEN and not _known(context, token)
        if token.is_word and ((span and _after_number(tokens, at)) or rate):
            ends = [n + 1 for n in range(at, min(at + 6, len(tokens))) if stem(tokens[n].low) in _SPANS]
            said = tokens[max(at - 2, 0) : max([at + 3, *ends])]
            return Refusal(f"{quote(said)} is a count over time.", said, _COUNTS, weight=8)
    return None


def _noun_behind(tokens: Sequence[Token], at: int) -> list[Token]:
    """A word that says whose, with what is theirs."""
    stop = at + 1
    while stop < len(tokens) and tokens[stop].is_word and tokens[stop].low not in STOPS and stop < at + 3:
        stop += 1
    return list(tokens[at:stop])


def _with_which(tokens: Sequence[Token], said: Sequence[Token]) -> list[Token]:
    """ "Next Tuesday", with the word before it that says which."""
    at = tokens.index(said[0])
    stop = tokens.index(said[-1]) + 1
    led = at and tokens[at - 1].low in {"next", "last", "this", "every", "each"}
    unit = stop < len(tokens) and (tokens[stop].kind == "number" or stem(tokens[stop].low) in _SPANS)
    behind = _spanned(tokens, stop) if unit else stop
    return [*tokens[at - 1 : at], *tokens[at:behind]] if led else list(tokens[at:behind])


def _spanned(tokens: Sequence[Token], at: int) -> int:
    """Where a number and its unit of time end."""
    while at < len(tokens) and (tokens[at].kind == "number" or stem(tokens[at].low) in _SPANS):
        at += 1
    return at


def _phrased(tokens: list[Token]) -> set[int]:
    """The places inside phrases of several words of the closed vocabulary: "most" in "at most" is not vague."""
    table = vocabulary.phrases()
    return {
        n
        for at in range(len(tokens))
        for _, stop in table.all_at(tokens, at, len(tokens))
        if stop > at + 1
        for n in range(at, stop)
    }


def _after_number(tokens: Sequence[Token], at: int) -> bool:
    return any(
        token.kind == "number" or token.low in {"times", "once", "twice"} for token in tokens[max(at - 3, 0) : at]
    ) or any(
        token.low in {"two", "three", "four", "five", "ten", "once", "twice", "times", "most"}
        for token in tokens[max(at - 3, 0) : at]
    )


def _known(context: Context, token: Token) -> bool:
    lexicon = context.lexicon
    return token.low in lexicon.listed or token.stem in lexicon.by_name_stem or token.stem in lexicon.flags


def _denied_ban(context: Context) -> Refusal | None:
    tokens = context.tokens
    table = vocabulary.phrases()
    for at in range(len(tokens) - 1):
        if tokens[at].low in {"never", "not"}:
            after = at + 1 + (tokens[at + 1].low in {"be", "to"})
            entries = [entry for entries, _ in table.all_at(tokens, after, len(tokens)) for entry in entries]
            if any(meaning == "forbid" for _, _, meaning in entries):
                said = tokens[at : after + 1]
                return Refusal(
                    f"{quote(said)} has two negations, and may mean either.",
                    said,
                    "Say what is allowed, or what is blocked.",
                    weight=5,
                )
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
        return Refusal(
            f"{quote(said)} does not say who.", said, "Name a role, scope, department, team or user.", weight=2
        )
    if len(said) == 1 and said[0].is_word and not _has_place(context, said[0]) and not said[0].low.endswith("s"):
        return _who_is(said)
    return _who_is(said) if said[0].text.istitle() and modal is None and not _has_place(context, said[0]) else None


def _goes_on(token: Token) -> bool:
    return token.low in {"to", "from"} or is_verb(token)


def _who_is(said: Sequence[Token]) -> Refusal:
    word = said[0].text
    return Refusal(
        f"{quote(said)} could be a user, a role or a team.", said, f'Say user "{word}", or role "{word}".', weight=2
    )


def _furthest(context: Context, chart: Chart) -> Refusal:
    """What stands behind the longest phrases from the first word on; where a tool is known, with its inputs."""
    tokens = context.tokens
    clauses = [
        phrase
        for phrase in (*chart.starting.get((0, "Rule"), ()), *chart.starting.get((0, "Clause"), ()))
        if isinstance(phrase.meaning, Draft) and phrase.meaning.what is not None
    ]
    tools = [
        phrase for phrases in chart.starting.values() for phrase in phrases if phrase.category in {"Do", "Passive"}
    ]
    deed = _tool_phrase(context, chart, tools)
    if clauses:
        best = max(clauses, key=lambda phrase: phrase.end)
        return _behind(context, chart, best.end, best)
    unknown = [token for token in strange(context) if not is_verb(token)]
    odd = [token for token in unknown if not _is_people(context, chart, token)]
    mostly = 2 * len(unknown) >= sum(token.is_word for token in tokens)  # such as a rule in another language
    if mostly or (not odd and deed is not None and deed.weight < 0):
        odd = unknown
    if odd and not tools:
        return unknown_tool(context.line(), odd)
    if deed is not None:
        return _with_strange(deed, odd)
    longest = max(
        (end for (start, _), phrases in chart.starting.items() if start == 0 for end in [max(p.end for p in phrases)]),
        default=0,
    )
    if tools:
        widest = max(tools, key=lambda phrase: (phrase.end - phrase.start, -phrase.start))
        if widest.start == 0 and widest.end < len(tokens):
            return _behind(context, chart, widest.end, widest)
        if longest < widest.start:
            return _behind(context, chart, longest, widest)
        return _behind(context, chart, widest.end, widest)
    return _behind(context, chart, longest, None)


def _is_people(context: Context, chart: Chart, token: Token) -> bool:
    """Whether a word is of a group of people that was found."""
    at = context.tokens.index(token)
    groups = (phrase for phrases in chart.starting.values() for phrase in phrases if phrase.category == "Group")
    return any(phrase.start <= at < phrase.end for phrase in groups if ("sure", "yes") in phrase.features)


def _with_strange(refusal: Refusal, odd: list[Token]) -> Refusal:
    """The refusal, with the words named too that nothing is known of."""
    more = [token for token in odd if token not in refusal.culprits]
    if not more:
        return refusal
    sentence = f"{refusal.sentence} {quote(more)} is no word of this gateway."
    return Refusal(sentence, (*more, *refusal.culprits), refusal.advice, weight=refusal.weight)


def _tool_phrase(context: Context, chart: Chart, tools: Sequence[Phrase]) -> Refusal | None:
    """The refusal of the widest words that could have named a tool, where no tool phrase has them."""
    best: tuple[bool, int, int, Refusal] | None = None
    groups = [phrase for phrases in chart.starting.values() for phrase in phrases if ("sure", "yes") in phrase.features]
    people = {phrase.end - 1 for phrase in groups if phrase.category == "Group"}
    people |= _effects(context)
    for places, refusal in context.spans.items():
        covered = any(phrase.start <= places[0] and places[-1] < phrase.end for phrase in tools)
        score = (refusal.weight >= 3, len(places), refusal.weight)
        if any(at in people for at in places):
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


def _behind(context: Context, chart: Chart, at: int, before: Phrase | None) -> Refusal:
    """The first words from a place on that say something, as what is not understood."""
    tokens = context.tokens
    table = vocabulary.phrases()
    while at < len(tokens) - 1:
        skipped = next(
            (
                stop
                for entries, stop in table.all_at(tokens, at, len(tokens))
                if any(entry[0] in _WITHOUT_MEANING for entry in entries)
            ),
            at + 1 if tokens[at].low in ARTICLES or tokens[at].kind == "punct" else at,
        )
        if skipped == at or skipped >= len(tokens):
            break
        at = skipped
    stop = min(at + 1, len(tokens))
    preposed = tokens[min(at, len(tokens) - 1)].low in STOPS
    while (
        stop < len(tokens)
        and tokens[stop].kind != "punct"
        and (preposed or tokens[stop].low not in STOPS)
        and stop < at + 5
    ):
        if preposed and tokens[stop].low not in STOPS | DETERMINERS and tokens[stop].kind != "number":
            stop += 1
            break
        stop += 1
    said = tokens[at:stop] or tokens[-1:]
    said = (*said, *(token for token in strange(context) if token not in said and token.start > said[0].start))
    draft = before.meaning if before is not None else None
    if isinstance(draft, Draft) and draft.what is not None and not draft.what.target and not draft.what.everything:
        tool = context.lexicon.by_action[draft.what.choices[0][0]]
        if not preposed:
            return unknown_input(context.line(), tool, said)
        return Refusal(
            f"{quote(said)} is not something that a policy for {names([tool])} can check.",
            said,
            f"Its inputs are {nearest_inputs([tool])}: use one of them, or leave that out.",
            weight=2,
        )
    return Refusal(f"{quote(said)} is not understood here.", said)


def _has_place(context: Context, token: Token) -> bool:
    """Whether a word is of the closed vocabulary or of the gateway."""
    table = vocabulary.phrases()
    known = (
        token.low in STOPS | ARTICLES
        or is_verb(token)
        or token.stem in context.lexicon.words
        or token.low in context.lexicon.listed
    )
    return known or any(True for _ in table.all_at([token], 0, 1)) or token.low in vocabulary.all_words()
