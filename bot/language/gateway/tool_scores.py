"""Tools by words that point to them: how well each word of a phrase fits each tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.gateway.about import asked_for, halves_compound, is_about, only_modifies, preposed
from bot.language.gateway.deeds import DETERMINERS
from bot.language.gateway.lexicon import Lexicon, ToolWords
from bot.language.gateway.line import Line
from bot.language.gateway.refusals import Refusal, names, nearest_tools, quote
from bot.language.gateway.verbs import ACT, CLASSES, USE, VERBS, classes_of, does_so, is_said_to_do, is_verb, senses_of
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural, parts, singular, stem, stems
from bot.language.wordlists import (
    PARTICLES,
    TOOL_NOUNS,
    VAGUE,
)


@dataclass(frozen=True)
class Named:
    """The tools that words point to; `target` is set where they name a whole target."""

    tools: tuple[ToolWords, ...]
    target: str = ""


# Classes whose tools a verb of no particular meaning ("process", "issue") cannot stand for.
_PARTICULAR = ("read", "delete", "cancel", "reject")


_MOVE = stem("move")
_MONEY = frozenset(map(stem, ("money", "fund", "funds", "payment", "balance", "cash")))


def names_tool(tools: tuple[ToolWords, ...], token: Token) -> bool:
    """Whether a word names the tools, and is not one of their values, flags or inputs, which make conditions."""
    words = token.words
    if any(set(words) <= set(tool.name) for tool in tools):
        return True
    told = any(_is_told_verb(tool, token) for tool in tools)
    if not told and any(token.low in tool.values or not tool.flags.isdisjoint(words) for tool in tools):
        return False
    return any(
        all((weight := _weight(tool, token, word)) is not None and weight != 0.5 for word in words) for tool in tools
    ) or (token.low in TOOL_NOUNS or token.stem in USE)


def point(line: Line, places: list[int]) -> Named:
    """The one tool, or all tools of a plural ("the ticket tools"), that words point to."""
    tokens = [line.tokens[at] for at in places]
    things = [token for token in tokens if token.low in TOOL_NOUNS and _is_thing(line.lexicon, token)]
    content = [token for token in tokens if token in things or (token.low not in TOOL_NOUNS and token.stem not in USE)]
    tool_noun = next((token for token in tokens if token.low in TOOL_NOUNS and token not in things), None)
    if not content:
        raise unknown_tool(line, tokens, weight=-1)
    vague = [
        token
        for token in content
        if token.low in VAGUE and not _explains_any(line.lexicon, token) and not _is_told(line.lexicon, content, token)
    ]
    if vague:
        raise Refusal.of("vague", vague)
    if tool_noun is not None and is_plural(tool_noun.low) and (several := _several(line, content)) is not None:
        return several
    doing = tool_noun is None and not (places[0] and line.low(places[0] - 1) in DETERMINERS)
    fits = _fitting(line, places, content, doing)
    if len(fits) > 1:
        verbs = {token.stem for token in tokens if token.stem in USE}
        fits = [tool for tool in fits if verbs.intersection(tool.name)] or fits  # "running a pod" is `pods_run`
    if len(fits) > 1:
        raise Refusal.of("which_tool", tokens, tools=fits, between=fits)
    said = {word for token in content for word in token.words}
    spelled = len(content) == 1 and len(content[0].words) > 1 and content[0].text in line.lexicon.by_target
    if spelled and not set(fits[0].name) <= said:
        raise Refusal.of("target_or_tool", content, target=content[0].text)
    whole = [tool for tool in candidates_of(line, content) if set(tool.name) <= said and tool is not fits[0]]
    if whole and not set(fits[0].name) <= said:
        both = [fits[0], *whole]
        raise Refusal.of("which_tool", tokens, tools=both, between=both)
    used = [token for token in tokens[1:] if token.stem in USE and token.low.endswith("ing")]
    bound = [token for at, token in zip(places, tokens, strict=True) if preposed(line, at, places)]
    if beyond := _beyond_name(fits[0], [token for token in content if token not in bound]) or [
        token for token in used if not said_by_name(fits[0], token)
    ]:
        raise Refusal.of("beyond_name", beyond, name=fits[0].tool.name)
    return Named((fits[0],))


def _fitting(line: Line, places: list[int], content: list[Token], doing: bool) -> list[ToolWords]:
    """The tools that words fit best, of which at least one does what they say."""
    every = _scored(line, content, doing)
    scored = [(score, tool) for score, tool in every if is_about(tool, line, places, content)]
    if not scored:
        raise _two_senses(line, content) or unknown_tool(line, content)
    best = max(score for score, _ in scored)
    fits = [tool for score, tool in scored if score > best - 0.75]
    done = is_said_to_do(line, places[0], doing)
    if done and len(fits) == 1 and (asked := asked_for(fits[0], content)):
        # "Handle leave requests" is what `approve_leave` does to a leave request, or `request_leave`.
        fits += [tool for _, tool in scored if tool is not fits[0] and asked <= {*tool.name, *tool.does.acted}]
    verb = content[0].stem
    if done and not any(verb in {*tool.name, *tool.described} for tool in fits):
        # "Transfer files" is what `move_file` does, or `transfer_ownership` of a file.
        fits += [tool for _, tool in every if verb in {tool.name[0], stem("".join(tool.does.words[:1]))}]
    if len(fits) == 1 and only_modifies(fits[0], line, places, content):
        raise unknown_tool(line, content)
    if not any(_does_all(tool, line, places, doing) for tool in fits):
        raise unknown_tool(line, content)
    return fits


def _does_all(tool: ToolWords, line: Line, places: list[int], doing: bool) -> bool:
    """Whether a tool does what all words of a phrase say that are surely verbs there."""
    verbs = (line.tokens[at] for at in places if is_said_to_do(line, at, doing and at == places[0]))
    said = frozenset(word for at in places for word in line.tokens[at].words)
    return all(does_so(tool, verb, said) for verb in verbs)


def _is_thing(lexicon: Lexicon, token: Token) -> bool:
    """Whether a word for tools is what one of these works on: "execute commands in a pod"."""
    general = {"tool", "tools", "action", "actions"}
    return token.low not in general and any(token.stem in tool.does.acted for tool in lexicon.tools)


def _two_senses(line: Line, content: list[Token]) -> Refusal | None:
    """ "Shut accounts" where accounts are closed and frozen: what the verb is near to in one of its senses."""
    verb, nouns = content[0], content[1:]
    if not nouns or not is_verb(verb) or len(classes_of([verb.stem])) < 2:
        return None
    fits = [
        tool
        for tool in candidates_of(line, nouns)
        if senses_of(tool) & classes_of([verb.stem])
        and {word for token in nouns for word in token.words} <= set(tool.name)
    ]
    if not fits:
        return None
    return Refusal.of("two_senses", content, tools=fits, words=[verb])


def _beyond_name(tool: ToolWords, content: list[Token]) -> list[Token]:
    """Words of the description beside the tool's whole name: "cashed" in "stop cashed payments" would be a limit."""
    said = {word for token in content for word in token.words}
    if not set(tool.name) <= said:
        return []
    return [
        token
        for token in content
        if not said_by_name(tool, token)
        and not tool.does.acted.issuperset(token.words)
        and (not is_verb(token) or (token.low.endswith("ed") and token is not content[0]))
        and token.low not in PARTICLES | tool.values
    ]


def said_by_name(tool: ToolWords, token: Token) -> bool:
    """Whether a word stands in the tool's name or its target's, or is an input or a flag that a condition will take."""
    inputs = tool.flags | (tool.input_names - tool.described)
    return all(word in {*tool.name, *tool.target} or word in inputs for word in token.words)


def _several(line: Line, content: list[Token]) -> Named | None:
    """Every tool that has the words in its name ("the refund tools"), when the target does not say otherwise."""
    words = {word for token in content for word in token.words}
    by_name = [tool for tool in line.lexicon.by_name_stem.get(next(iter(words)), ()) if words <= set(tool.name)]
    targets = [target for target in line.lexicon.by_target if words <= set(stems(target))]
    if not by_name and len(targets) == 1:
        return Named(line.lexicon.by_target[targets[0]], target=targets[0])
    if len(targets) == 1 and set(line.lexicon.by_target[targets[0]]) != set(by_name):
        raise Refusal.of("tools_or_target", content, tools=by_name, target=targets[0])
    verbs = [token for token in content if is_verb(token)]
    odd = [tool for tool in by_name if len(verbs) == len(content) and not all(_does(tool, each) for each in verbs)]
    if odd and len(odd) < len(by_name):
        raise Refusal.of("in_name_alone", content, tools=odd)
    return Named(tuple(by_name)) if by_name else None


def _does(tool: ToolWords, verb: Token) -> bool:
    """Whether a verb of a tool's name says what it does: `mark_all_read` does not read."""
    told = tool.does.words[:1]
    first = [stem(word) for word in told]
    return verb.stem in {tool.name[0], *first} or not classes_of([verb.stem]).isdisjoint(classes_of(first))


def _is_told(lexicon: Lexicon, content: list[Token], token: Token) -> bool:
    """Whether a word stands before the noun that it has in what a tool says that it acts on: "suspicious activity"."""
    at = content.index(token)
    pair = [each.stem for each in content[at : at + 2]]
    return any(
        list(map(stem, tool.does.words[n : n + 2])) == pair and tool.does.acted.issuperset(pair)
        for tool in lexicon.by_any_stem.get(token.stem, ())
        for n in range(1, len(tool.does.words) - 1)
    )


def _explains_any(lexicon: Lexicon, token: Token) -> bool:
    return token.low in lexicon.listed or token.stem in lexicon.by_name_stem or token.stem in lexicon.flags


def _scored(line: Line, content: list[Token], doing: bool) -> list[tuple[float, ToolWords]]:
    """The tools that every word fits, with how well; `doing` where the first word can be a verb."""
    return [
        (score, tool)
        for tool in candidates_of(line, content)
        if (score := _score(line.lexicon, tool, content, doing)) is not None
    ]


def candidates_of(line: Line, content: list[Token]) -> list[ToolWords]:
    """The tools that have some of the words, on the target that the rule names if it names one."""
    found = {
        tool.action: tool
        for token in content
        for word in token.words
        for tool in line.lexicon.by_any_stem.get(word, ())
    }
    return [tool for tool in found.values() if line.target in {"", tool.tool.target}]


def _score(lexicon: Lexicon, tool: ToolWords, content: list[Token], doing: bool) -> float | None:
    """How well the words fit a tool; None when one of them does not, or none of them carries."""
    total, anchored, acted, hits = 0.0, False, False, set()
    for at, token in enumerate(content):
        words = token.words
        for word in words:
            weight = _weight(tool, token, word)
            if weight is not None and word not in {*tool.name, *tool.described} and _is_noun(tool, token, content[:at]):
                weight = None  # "writing files": what stands behind a verb is no verb of another tool
            if weight is None:
                # A value of some other tool's input does not choose between tools: the conditions will refuse it here.
                if token.low not in lexicon.listed and word not in lexicon.flags:
                    return None
                weight = 0.0
            total += weight
            anchored = anchored or word in tool.name
            acted = acted or (is_verb(token) and weight >= 1.5)
            hits.add(word)
    described = sum(word in tool.does.acted for word in hits)
    if not (anchored or (acted and described >= 2)) or halves_compound(tool, content, hits):
        return None
    if set(tool.name) <= hits:
        total += 1
    first = content[0]
    other = first.stem in tool.name[1:] and not classes_of(tool.name[:1]).isdisjoint(CLASSES)
    if doing and other and not is_plural(first.low) and first.stem == stem("".join(tool.does.words[:1])):
        total += 1  # "book a suite" is to do what "Book a room" says of `create_booking`, and not to cancel a booking
    return total


def _is_noun(tool: ToolWords, token: Token, before: list[Token]) -> bool:
    """Whether a word that could be a verb is what another verb acts on: the "files" of "write files", the "request" of
    "get request", but not the "changes" of "email changes"."""
    acts = (each for each in before if each.low.endswith("ing") or each.stem not in tool.name[1:])
    thing = is_plural(token.low) or not token.low.endswith(("ed", "ing"))
    return thing and is_verb(token) and any(is_verb(each) or each.stem == tool.name[0] for each in acts)


def _weight(tool: ToolWords, token: Token, word: str) -> float | None:
    if word in tool.name:
        return 4.0
    if _is_told_verb(tool, token):
        return 1.5
    if token.low in tool.values or word in tool.flags:
        return 0.0
    if word in tool.described:
        return 1.5
    if is_verb(token) and (fits := _verb_fits(tool, word)) is not None:
        return fits
    if word in tool.target and (not is_verb(token) or _spelled_target(tool, token)):
        return 1.0
    if word in tool.input_names:
        return 0.5
    if token.low in PARTICLES:
        return 0.0
    return None


def _is_told_verb(tool: ToolWords, token: Token) -> bool:
    """Whether a word is the verb of the tool's description: who may "change" what it changes says nothing of a
    `waive_change_fee`. A participle that an input is called by may ("approved" of `approved`)."""
    called = token.low.endswith("ed") and any(token.low in found.own for found in tool.inputs if found.kind == "Bool")
    return is_verb(token) and not called and token.stem == stem("".join(tool.does.words[:1]))


def _spelled_target(tool: ToolWords, token: Token) -> bool:
    """Whether a verb is a word of the target as spelled: "inspect" is none of Inspections."""
    return singular(token.low) in map(singular, parts(tool.tool.target))


def _verb_fits(tool: ToolWords, verb: str) -> float | None:
    """Whether a verb that the tool does not have can stand for its own: one of the same senses, or one of no sense.

    A verb of two senses ("open" reads and creates, "clear" deletes and approves) stands for no verb of one of them.
    """
    if verb in USE and verb not in ACT:
        return 0.0
    own = senses_of(tool)
    if tool.name[0] == _MOVE and verb != _MOVE and _MONEY.isdisjoint(tool.does.acted):
        return None  # money that is moved is sent, and a file is not
    if own and classes_of([verb]) == own:
        return 2.0
    return 0.25 if verb in ACT and not (own & set(_PARTICULAR)) else None


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
