"""Which tool the words of a phrase mean: of the tools that fit, the one that no other fits better. A tie is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.gateway.deeds import DETERMINERS
from bot.language.gateway.fit import Grade, does_all, grade, grades, only_modifies, takes_all
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.line import Line
from bot.language.gateway.methods import MethodWords
from bot.language.gateway.phrase import Phrase
from bot.language.gateway.refusals import Refusal
from bot.language.gateway.tool_words import ToolWords
from bot.language.gateway.unknown import unknown_tool
from bot.language.gateway.verbs import USE, classes_of, is_verb, own_verbs, senses_of, told_verb
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural, stem, stems
from bot.language.wordlists import TOOL_NOUNS, VAGUE

EXISTING = "existing"


@dataclass(frozen=True)
class Named:
    """The tools that words point to; `target` is set where they name a whole target."""

    tools: tuple[ToolWords, ...]
    target: str = ""


def names_tool(tools: tuple[ToolWords, ...], token: Token) -> bool:
    """Whether a word names the tools, and is not one of their values, flags or inputs, which make conditions."""
    used = token.low in TOOL_NOUNS | {EXISTING} or token.stem in USE
    return used or any(all((grade(tool, token, word) or 0) > 0 for word in token.words) for tool in tools)


def point(line: Line, places: list[int]) -> Named:
    """The one tool, or all tools of a plural ("the ticket tools"), that words point to."""
    tokens = [line.tokens[at] for at in places]
    things = [token for n, token in enumerate(tokens) if _is_thing(line.lexicon, token, led=n > 0)]
    use = USE - line.lexicon.openings  # "trigger" says more than that a tool is used where one is `trigger_pipeline`
    use |= {stem(EXISTING)} - line.lexicon.by_name_stem.keys()
    said = [token in things or (token.low not in TOOL_NOUNS and token.stem not in use) for token in tokens]
    content = [token for token, says in zip(tokens, said, strict=True) if says]
    tool_noun = next((token for token in tokens if token.low in TOOL_NOUNS and token not in things), None)
    if not content:
        raise unknown_tool(line, tokens, weight=-1)
    if vague := [token for token in content if _is_vague(line.lexicon, content, token)]:
        raise Refusal.of("vague", vague)
    if tool_noun is not None and is_plural(tool_noun.low) and (several := _several(line, content)) is not None:
        return several
    doing = tool_noun is None and not (places[0] and line.low(places[0] - 1) in DETERMINERS)
    phrase = Phrase(line, tuple(places), tuple(at for at, says in zip(places, said, strict=True) if says), doing)
    fits = _fitting(phrase, content)
    if len(fits) > 1:
        verbs = {token.stem for token in tokens if token.stem in USE}
        fits = [tool for tool in fits if verbs.intersection(tool.name)] or fits  # "running a pod" is `pods_run`
        fits = _making(fits, phrase, "make" in verbs) or fits
    if len(fits) > 1:
        raise Refusal.of("which_tool", tokens, tools=fits, between=fits)
    spelled = len(content) == 1 and len(content[0].words) > 1 and content[0].text in line.lexicon.by_target
    if spelled and not set(fits[0].name) <= phrase.said:
        raise Refusal.of("target_or_tool", content, target=content[0].text)
    return Named((fits[0],))


def _making(fits: list[ToolWords], phrase: Phrase, made: bool) -> list[ToolWords]:
    """Of several tools those that create what is `made`, or said as a verb: to make a booking extends none, and to
    quote a system sends no quote."""
    own = frozenset().union(*map(own_verbs, fits))
    deeds = {phrase.line.tokens[at].stem for at in phrase.acts} - own
    return [tool for tool in fits if (made or deeds & {*tool.name}) and "create" in classes_of(tool.name[:1])]


def _fitting(phrase: Phrase, content: list[Token]) -> list[ToolWords]:
    """The tools that no other tool drives out: none that fits no word worse fits one better."""
    every = candidates_of(phrase.line, content)
    methods = [tool for tool in every if isinstance(tool, MethodWords)]
    whole = _best([tool for tool in methods if phrase.said.issuperset(tool.name)], phrase)
    fits = _best([tool for tool in every if tool not in methods], phrase)
    if whole:  # a value of an input may be called like what a method is about
        fits = [tool for tool in fits if takes_all(tool, phrase)]
        own = {tool.action for tool in whole}
        named = any(phrase.said.issuperset(tool.name) for tool in fits)
        fits = fits if named else [*(tool for tool in fits if tool.action not in own), *whole]
    if not fits:
        raise _two_senses(phrase.line, content) or unknown_tool(phrase.line, content)
    return fits


def _best(tools: Sequence[ToolWords], phrase: Phrase) -> list[ToolWords]:
    found = {tool: fit for tool in tools if (fit := grades(tool, phrase)) is not None}
    fits = [tool for tool, fit in found.items() if not any(_beats(other, fit) for other in found.values())]
    if len(fits) == 1 and only_modifies(fits[0], phrase):
        return []
    return fits if any(does_all(tool, phrase) for tool in fits) else []


def _beats(ones: tuple[tuple[Grade, ...], ...], others: tuple[tuple[Grade, ...], ...]) -> bool:
    """Whether one tool fits some word of a level better and none worse; grades beside each other are alike."""
    for one, other in zip(ones, others, strict=True):
        apart = [mine - theirs for mine, theirs in zip(one, other, strict=True)]
        if any(abs(each) > 1 for each in apart):
            return min(apart) > -2
    return False


def _is_thing(lexicon: Lexicon, token: Token, *, led: bool) -> bool:
    """Whether a word for tools, or for using one, is what one of these works on: "execute commands in a pod", "issue
    access badges"; `led` by a verb, since who accesses badges reads them."""
    noun = token.low in TOOL_NOUNS - {"tool", "tools", "action", "actions"}
    used = led and token.stem in USE and not token.low.endswith(("ed", "ing"))
    return (noun or used) and token.stem in lexicon.acted


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
    odd = [tool for tool in by_name if len(verbs) == len(content) and not all(_does(tool, each.stem) for each in verbs)]
    if odd and len(odd) < len(by_name):
        raise Refusal.of("in_name_alone", content, tools=odd)
    return Named(tuple(by_name)) if by_name else None


def _does(tool: ToolWords, verb: str) -> bool:
    """Whether a verb of a tool's name says what it does: `mark_all_read` does not read."""
    told = told_verb(tool)
    return verb in {tool.name[0], told} or not classes_of([verb]).isdisjoint(classes_of([told]))


def _is_vague(lexicon: Lexicon, content: list[Token], token: Token) -> bool:
    """Whether a word says nothing that can be checked: it is none of the gateway's, and stands before no noun that it
    has in what a tool says that it does ("suspicious activity", "dispose of old tyres")."""
    if token.low not in VAGUE or token.low in lexicon.listed or token.stem in {*lexicon.by_name_stem, *lexicon.flags}:
        return False
    pair = " ".join(each.stem for each in content[content.index(token) :][:2])
    tools = lexicon.by_any_stem.get(token.stem, ())
    return " " not in pair or not any(f" {pair} " in f" {' '.join(map(stem, tool.does.words))} " for tool in tools)


def candidates_of(line: Line, content: list[Token]) -> list[ToolWords]:
    """The tools that have some of the words, on the target that the rule names if it names one."""
    found = {
        tool.key: tool for token in content for word in token.words for tool in line.lexicon.by_any_stem.get(word, ())
    }
    return [tool for tool in found.values() if line.target in {"", tool.tool.target}]
