"""The tools that words point to, with the evidence of names, descriptions and verbs."""

from __future__ import annotations

from bot.language.gateway.choice import EXISTING, Named, names_tool, point
from bot.language.gateway.context import Context
from bot.language.gateway.deeds import DETERMINERS, PLAIN
from bot.language.gateway.line import Line
from bot.language.gateway.refusals import Refusal
from bot.language.gateway.tool_words import ToolWords
from bot.language.gateway.verbs import USE, classes_of, is_verb, makes, senses_of, told_verb
from bot.language.meaning.model import Said, What
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural, stem
from bot.language.wordlists import ARTICLES, EVERYDAY_VERBS, JOINING_PREPOSITIONS, PARTICLES, PREPOSITIONS, words

# Words that fit more tools than this are no question: the list would be of half of the gateway.
_MOST_TOOLS = 4


def named_by(context: Context, places: tuple[int, ...], target: str = "") -> What | None:
    """The tools that the words at some places name, or None where a word does not help to name them."""
    key = (places, target)
    if key not in context.named:
        context.named[key] = _named(context, places, target)
    found = context.named[key]
    assert found is None or isinstance(found, What)
    return found


def _named(context: Context, places: tuple[int, ...], target: str) -> What | None:
    line = context.line()
    line.target = target
    line.tokens = [context.lexicon.called(token) if at in places else token for at, token in enumerate(line.tokens)]
    try:
        named = point(line, list(places))
    except Refusal as refusal:
        context.spans[places] = refusal
        if context.asking and 1 < len(refusal.between) <= _MOST_TOOLS:
            whats = [_checked(context, line, places, Named((tool,))) for tool in refusal.between]
            choices = tuple(choice for what in whats if what is not None for choice in what.choices)
            verb = is_verb(context.tokens[places[0]])
            if verb and len(choices) > 1 and any(is_plural(context.tokens[at].low) for at in places[1:]):
                choices = (*choices, tuple(key for choice in choices for key in choice))  # or all of them
            return What(choices) if choices else None
        return None
    return _checked(context, line, places, named)


def named_by_input(context: Context, places: tuple[int, ...], subjects: list[Said]) -> What | None:
    """The tool that a noun alone means beside an input named in full: "coupons with a percent off over 50" are created.

    So only where every other tool of the noun lists them all: none of its calls is about one that is so. A value or an
    amount alone never chooses, and neither does an input where another tool is about one of them as well.
    """
    refusal = context.spans.get(places)
    tools = refusal.between if refusal is not None else ()
    changing = [tool for tool in tools if tool.name[0] != "list"]
    if len(changing) != 1 or len(tools) > _MOST_TOOLS or any(is_verb(context.tokens[at]) for at in places):
        return None
    nouns = {word for at in places for word in context.tokens[at].words}
    others = [tool for tool in context.lexicon.tools if tool is not changing[0] and nouns <= set(tool.name)]
    if any(tool not in tools for tool in others) or not subjects:
        return None
    for subject in subjects:
        words = {word for token in subject if token.low not in DETERMINERS for word in token.words}
        having = [tool for tool in context.lexicon.tools if any(words == set(found.leaf) for found in tool.inputs)]
        if not words or changing[0] not in having or any(tool in having for tool in others):
            return None
    return _checked(context, context.line(), places, Named((changing[0],)))


def _checked(context: Context, line: Line, places: tuple[int, ...], named: Named) -> What | None:
    """What tools stand for, where a policy can name them and every word helps to."""
    for tool in named.tools:
        if tool.left_out:
            said = [line.tokens[at] for at in places]
            context.give_up(Refusal.of("not_in_cedar", said, name=tool.tool.name, why=tool.left_out))
            return None
    for at in places:
        if not _has_use(line.tokens, named, at, places):
            return None
    for at in places:
        if not (names_tool(named.tools, line.tokens[at]) or _is_made_of(context, named, at, places)) or not _completes(
            line.tokens, named, at, places
        ):
            said = [line.tokens[at]]
            context.spans[places] = Refusal.of("beside_tool", said, tools=named.tools[:1])
            return None
    if named.target:
        return What(((named.target,),), target=named.target)
    return What((tuple(tool.key for tool in named.tools),))


def _is_made_of(context: Context, named: Named, at: int, places: tuple[int, ...]) -> bool:
    """Whether a noun is a list of what a tool makes, behind a verb that no other tool has: who books flights may
    `book_reservation`, with a list of `flights`."""
    verb, noun, tool = context.tokens[places[0]], context.tokens[at], named.tools[0]
    alone = makes(tool) and all(other is tool for other in context.lexicon.by_name_stem.get(verb.stem, ()))
    lists = [found for found in tool.inputs if found.leaf == (noun.stem,) and found.kind == "set"]
    return alone and verb.stem == tool.name[0] and places == (places[0], at) and bool(lists)


PHRASAL, _IDLE = (
    frozenset(f"{stem(verb)} {particle}" for verb, particle in map(str.split, words("tools", name)))
    for name in ("phrasal_verbs", "idle_particles")
)


def _has_use(tokens: list[Token], named: Named, at: int, places: tuple[int, ...]) -> bool:
    """Whether a word that says little has its place: a particle beside its verb, "make" in front or passive."""
    token = tokens[at]
    own = any(token.stem in tool.name for tool in named.tools)
    if token.low == EXISTING and not own:
        return not any(makes(tool) or "new" in tool.does.words for tool in named.tools)
    if token.low in PARTICLES and not own:
        if at + 1 not in places and at - 1 != places[0] and f"{tokens[places[0]].stem} {token.low}" in PHRASAL:
            back = token.low == "back" and not any("back" in tool.does.words for tool in named.tools)
            gives = any(senses_of(tool) & {"create", "give"} for tool in named.tools)
            return not (back and gives)  # "look an order up"; who gives a voucher back issues none
        if all(_says_so(tool, tokens, at, places) for tool in named.tools):
            return True  # "take a room out of service"
        verb = tokens[at - 1] if at else token
        said = any(token.low in tool.does.words for tool in named.tools)
        # "Roll back" is not what "Roll out a new version" does.
        other = any(verb.stem in map(stem, tool.does.words) for tool in named.tools)
        said = said or f"{verb.stem} {token.low}" in _IDLE
        phrasal = f"{verb.stem} {token.low}" in PHRASAL and not other
        does = is_verb(verb) or any(verb.stem == told_verb(tool) for tool in named.tools)
        return at - 1 in places and does and (said or phrasal)
    if token.stem in USE and not own and not any(token.stem in tool.does.acted for tool in named.tools):
        return at == places[0] or token.low.endswith("ed") or token.low in {"made", "done", "run"}
    return True


def _says_so(tool: ToolWords, tokens: list[Token], at: int, places: tuple[int, ...]) -> bool:
    """Whether a particle stands in the description before the same words: "Take a room out of service". Without what
    follows it there, it would say something else."""
    told = [stem(word) for word in tool.does.words if word.lower() not in ARTICLES]
    end = next((place for place in places if place > at), 0)
    behind = [token.stem for token in tokens[at : end + 1] if token.low not in ARTICLES]
    does = told_verb(tool) in {tokens[places[0]].stem, tokens[at - 1].stem}
    return does and len(behind) > 1 and any(told[n : n + len(behind)] == behind for n in range(len(told)))


def _completes(tokens: list[Token], named: Named, at: int, places: tuple[int, ...]) -> bool:
    """Whether a word after a preposition names the tool: it is new of its name, or repeats its description's phrase.

    Any other ("orders in the warehouse") has no place in a tool phrase: a condition honours it, or nothing does.
    """
    first, start = places[0], at
    within = {*places, *(n for n in range(first, at) if tokens[n].low in DETERMINERS)}
    while start > first and tokens[start - 1].low not in PREPOSITIONS and start - 1 in within:
        start -= 1
    if at + 1 in places or start <= first or tokens[start - 1].low not in PREPOSITIONS:
        return True  # the last word of the phrase is looked at with all of it
    preposition, verb = tokens[start - 1].low, tokens[first]
    says = any(preposition in tool.does.words for tool in named.tools)
    if start - 2 == first and f"{verb.low} {preposition}" in EVERYDAY_VERBS and not says:
        return False  # "switch on flags" is not all that who may "Switch a feature flag" does
    determiners = {tokens[n].low for n in range(start, at) if n not in places}
    words = [word for n in range(start, at + 1) if n in places for word in tokens[n].words]
    said = {word for n in places if n < start for word in tokens[n].words}
    of_verb = start - 2 == first and ARTICLES.issuperset(determiners)
    deed = verb.low.endswith(("ment", "ion", "al", "ing", "ance", "ure")) or tokens[first - 1].low in ARTICLES
    looks = verb.stem == "look" and preposition == "at"
    return all(
        tool.does.repeats(preposition, determiners, words)
        or (of_verb and _repeats_object(tool, verb, deed, preposition, words))
        or (
            set(words) <= set(tool.name)
            and said.isdisjoint(words)
            and PLAIN.issuperset(determiners)
            and (looks or preposition in {*JOINING_PREPOSITIONS, *tool.name})
        )
        for tool in named.tools
    )


_CHANGES = frozenset({"change", "changes", "edit", "edits", "amendments", "adjustments", "modifications", "updates"})


def _repeats_object(tool: ToolWords, verb: Token, deed: bool, preposition: str, words: list[str]) -> bool:
    """Whether words are what a description says that its tool acts on, behind its verb or the noun of that: "transfer
    of a user", "changes to the shipping address", "dispose of expired stock" of `discard_stock`."""
    if preposition == "to" and (verb.low not in _CHANGES or "update" not in classes_of([told_verb(tool)])):
        return False
    pile = " ".join((*words, verb.stem))  # "payments of rent", where it says "a rent payment"
    piled = f" {pile} " in f" {' '.join(map(stem, tool.does.words))} "
    own = piled or (deed and verb.stem in {tool.name[0], told_verb(tool)}) or words[-1] in tool.name[1:]
    return (
        tool.does.acted.issuperset(words)
        and verb.stem not in words
        and (preposition == "to" or (preposition == "of" and own))
    )
