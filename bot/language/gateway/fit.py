"""What one tool makes of the words of a phrase: each word by itself, what is done, and what it is done to.

A tool has two frames: the verb and the noun of its name, and those of the first clause of its description. A verb that
is said must be the verb of one, and the noun that is said its noun; every other word stands in one of them, in the name
of the target, or is a value, a flag or an input that a condition will take.
"""

from __future__ import annotations

import itertools
from enum import IntEnum

from bot.language.gateway.deeds import DETERMINERS
from bot.language.gateway.phrase import Phrase
from bot.language.gateway.tool_words import ToolWords
from bot.language.gateway.verbs import (
    VERBS,
    classes_of,
    has_sense,
    is_light_for,
    is_verb,
    lacks_particle,
    makes,
    own_verbs,
    says,
    senses_of,
    told_verb,
)
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural, parts, singular, stem
from bot.language.wordlists import IRREGULAR_FORMS, PARTICLES, PREPOSITIONS, words


class Grade(IntEnum):
    """How a tool accounts for a word, the best last. Those beside each other are no reason to prefer a tool."""

    CONDITION = 0  # a value, a flag or an input, which a condition will take
    LIGHT = 1  # a verb that says little, or a particle
    TARGET = 2
    TOLD = 4  # of its description, or a verb of the same sense
    NAMED = 6
    MADE = 7  # the thing that it makes: "refunds" of `process_refund`
    DEED = 8  # its own verb as a noun: "deploys" of `deploy_release`, where `approve_deployment` only works on one


# Nouns of a tool's name that say nothing of what it is about.
_BLANK = frozenset(map(stem, ("request", "record", "item", "entry", "job", "task")))
SEEN = frozenset(map(stem, words("tools", "seen_nouns")))
_DELAYS = frozenset(map(stem, words("tools", "delaying_verbs")))
_DAYS = frozenset(map(stem, ("date", "day", "time", "slot", "week", "month")))
# Behind these stands what is not acted on; who something is done "to" is: "award partners".
_BESIDE = frozenset({"of", "on", "with", "from", "for", "into", "in"})
_PLACES = frozenset({"from", "into", "onto", "in", "at", "by", "on"})
_GIVES = frozenset(map(stem, words("tools", "receiving_verbs")))
_LOOSE = frozenset(map(stem, words("inputs", "loose"))) | DETERMINERS | PREPOSITIONS | {"and", "or"}


def grades(tool: ToolWords, phrase: Phrase) -> tuple[tuple[Grade, ...], ...] | None:
    """How the tool accounts for the verb and the head of the phrase, then for its other words, and at last for its
    whole name; None where it is not meant."""
    found = {at: _grade(tool, phrase, at) for at in phrase.content}
    fits = {at: each for at, each in found.items() if each is not None}
    if len(fits) < len(found) or not _is_anchored(tool, phrase) or _halves_compound(tool, phrase):
        return None
    verb = phrase.line.tokens[phrase.content[0]]
    if not _is_about(tool, phrase) or (phrase.doing and lacks_particle(tool, verb, phrase.said)):
        return None
    handled = [at for at in phrase.content[1:] if phrase.is_handled(tool, at)]
    fits |= dict.fromkeys(handled, Grade.TOLD)
    does = phrase.line.tokens[phrase.places[0]]
    verb_only = does.stem not in tool.name  # "emails" of `send_email`, "reading" of `issue_read`
    same = is_verb(does) and verb_only and has_sense(tool, does.stem)
    unsaid = {*tool.name} - phrase.said
    said = Grade.TOLD if same and unsaid == {tool.name[0]} else Grade.CONDITION
    whole = Grade.CONDITION if handled else said if unsaid else Grade.NAMED
    first = {*phrase.front[:1], *phrase.front[-1:]}
    levels = (first, fits.keys() - first)
    return *(tuple(fits[at] for at in sorted(level)) for level in levels), (whole,)


def takes_all(tool: ToolWords, phrase: Phrase) -> bool:
    """Whether all words of a phrase say which tool is meant, and none is left for a condition."""
    return all(_grade(tool, phrase, at) is not Grade.CONDITION for at in phrase.content)


def does_all(tool: ToolWords, phrase: Phrase) -> bool:
    """Whether a tool does what all words of a phrase say that are surely verbs there."""
    return all(says(tool, phrase.line.tokens[at], phrase.said) for at in phrase.acts)


def _grade(tool: ToolWords, phrase: Phrase, at: int) -> Grade | None:
    token, lexicon = phrase.line.tokens[at], phrase.line.lexicon
    if phrase.is_state(at) and token.low not in tool.spelled:
        return None
    found = Grade.DEED
    for word in token.words:
        one = grade(tool, token, word)
        thing = token.low != "new" and phrase.is_acted_on(tool, at)
        if word not in {*tool.name, *tool.described} and is_verb(token) and thing:
            return None  # "writing files": what stands behind a verb is no verb of another tool
        if one is None:
            # A value of some other tool's input does not choose between tools: the conditions will refuse it here.
            if at in phrase.acts or (token.low not in lexicon.listed and word not in lexicon.flags):
                return None
            one = Grade.CONDITION
        found = min(found, one)
    if at in phrase.acts and (is_told_verb(tool, token) or found is Grade.CONDITION):
        return Grade.NAMED if found else None
    limits = at + 1 in phrase.places and not phrase.line.low(at + 1).endswith("ed") and not phrase.preposed(at)
    told = tool.does.acted.issuperset(token.words)
    # "Test results", "dataset access grants" of access to a dataset.
    told = told or any(tool.does.repeats(preposition, ("a",), token.words) for preposition in ("of", "to"))
    if found is Grade.TOLD and limits and not is_verb(token) and not told:
        return None  # "cashed" of "stop cashed payments" would be a limit; "chart entries" are entries of a chart
    alone = phrase.front == (at,) and at not in phrase.acts
    return _as_noun(tool, token) if found is Grade.NAMED and alone else found


def _as_noun(tool: ToolWords, token: Token) -> Grade:
    """A noun of a tool's name that is all that is said."""
    own = token.stem == tool.name[0] in VERBS | {told_verb(tool)}
    if own and singular(token.low) not in tool.spelled:
        return Grade.DEED
    return Grade.MADE if makes(tool) else Grade.NAMED


def grade(tool: ToolWords, token: Token, word: str) -> Grade | None:
    """How the tool accounts for a word by itself."""
    if word in tool.name:
        return Grade.NAMED if _is_own_form(tool, token, word) else None
    if is_told_verb(tool, token):
        return Grade.TOLD
    if token.low in tool.values or word in tool.flags:
        return Grade.CONDITION
    if word in tool.described or (word in SEEN and not SEEN.isdisjoint(tool.name)):
        return Grade.TOLD  # the profile that `get_user_details` gets
    if is_verb(token) and has_sense(tool, word):
        return Grade.TOLD
    if is_verb(token) and is_light_for(tool, word):
        return Grade.LIGHT
    spelled = (singular(part) for part in parts(tool.tool.target))  # "inspect" is none of Inspections
    if word in tool.target and (not is_verb(token) or singular(token.low) in spelled):
        return Grade.TARGET
    if word in tool.input_names:
        return Grade.CONDITION
    return Grade.LIGHT if token.low in PARTICLES else None


def _is_own_form(tool: ToolWords, token: Token, word: str) -> bool:
    """Whether a word is one of the name: the verb in any form, and what is made in any that is no plural, else the noun
    as it is spelled. Who deploys is not who does something to a deployment."""
    if word in own_verbs(tool) or len(token.words) > 1 or (makes(tool) and not is_plural(token.low)):
        return True
    if word == tool.name[-1] and tool.name[0] not in VERBS and token.low.endswith("ing"):
        return True  # "power cycling" of `power_cycle`
    nouns = [part for part in tool.parts if stem(part) == word]
    nouns += [each for each in tool.does.words if stem(each) == word]  # "shooting days" of `add_shoot_day`
    same = (token.low == f"{part}es" or singular(token.low) == singular(part) for part in nouns)
    return any(part.endswith("ed") for part in nouns) or any(same)


def _is_anchored(tool: ToolWords, phrase: Phrase) -> bool:
    """Whether the words point to the tool: one is of its name, or a verb is said with what the description acts on."""
    if not phrase.said.isdisjoint(tool.name):
        return True
    verbs = (token for at in phrase.content if is_verb(token := phrase.line.tokens[at]))
    does = any((each := grade(tool, verb, verb.stem)) is not None and each >= Grade.TOLD for verb in verbs)
    return does and len(phrase.said & tool.does.acted) > 1


def is_told_verb(tool: ToolWords, token: Token) -> bool:
    """Whether a word is the verb of the tool's description: who may "change" what it changes says nothing of a
    `waive_change_fee`. A participle that an input is called by may ("approved" of `approved`)."""
    called = token.low.endswith("ed") and any(token.low in found.own for found in tool.inputs if found.kind == "Bool")
    return is_verb(token) and not called and token.stem == told_verb(tool)


def _is_about(tool: ToolWords, phrase: Phrase) -> bool:
    """Whether the noun that is said is the tool's: of its name, or, where the verb that is said goes with it, what its
    description acts on. `issue_card` of a target Expenses issues no expenses."""
    line = phrase.line
    nouns = _nouns(tool, phrase)
    if not nouns or phrase.is_deed(nouns[-1]):
        return True
    head = line.tokens[nouns[-1]].words
    if _is_only_where(tool, head) or "sub" in set(tool.name) - phrase.said:
        return False
    if not _has_thing(tool):
        return True
    if any(not tool.input_names.isdisjoint(token.words) for token in line.tokens[nouns[-1] + 1 : nouns[-1] + 2]):
        return True  # "up to 100 loyalty points"
    if not set(tool.name).isdisjoint(head):
        return not _acts_on_another(tool, phrase, line.tokens[nouns[-1]])
    if not tool.does.acted.isdisjoint(head):
        return phrase.said.issuperset(tool.name) or _goes_with_told(tool, line.tokens[phrase.front[0]])
    of = (word for each in tool.does.complements if each.preposition in _BESIDE for word in each.words)
    named = any(word.endswith(_object(tool) or " ") for word in {*tool.name} - _BLANK)  # the ray of `take_xray`
    if tool.target.issuperset(head) or (named and not set(head).isdisjoint(of)):
        return False  # who closes boards is not who may "Close the running sprint of a board"
    # "Pay employees" is no `pay_bonus` to an employee where `hire_employee` is about one.
    others = {word for other in line.lexicon.tools if other is not tool for word in (*other.name, *other.does.acted)}
    return tool.described.isdisjoint(others.intersection(head))


def _is_only_where(tool: ToolWords, head: tuple[str, ...]) -> bool:
    """Whether a noun only says where, by what or to what something is done: who removes a member from the workspace
    removes no workspace. Who something is given to is no such noun."""
    if not tool.does.acted.union(tool.name).isdisjoint(head):
        return False
    places = _PLACES if told_verb(tool) in _GIVES else _PLACES | {"to"}
    said = [each.preposition for each in tool.does.complements if not set(head).isdisjoint(each.words)]
    return bool(said) and places.issuperset(said)


def _acts_on_another(tool: ToolWords, phrase: Phrase, head: Token) -> bool:
    """Whether the verb that is said is of the description alone, which does that to another thing: who moves a node is
    not who may "Move the work off a node" by `drain_node`."""
    verb, told = phrase.line.tokens[phrase.front[0]], told_verb(tool)
    if not is_verb(verb) or verb.stem != told or told in tool.name or classes_of([told]) & classes_of(tool.name[:1]):
        return False
    acted = list(itertools.takewhile(lambda word: word not in PREPOSITIONS | PARTICLES, tool.does.words))
    same = any(singular(word.lower()).endswith(singular(head.low)) for word in acted)  # a website is a site
    return len(acted) > 1 and not same and stem(acted[-1]) not in phrase.said


def _nouns(tool: ToolWords, phrase: Phrase) -> list[int]:
    """The words in front that are no verb, and say of nothing what it is like."""
    tokens = phrase.line.tokens
    return [
        at
        for n, at in enumerate(phrase.front)
        if not (n == 0 and not phrase.is_one(at) and (is_verb(tokens[at]) or tokens[at].stem == tool.name[0]))
        and (phrase.is_one(at) or not tokens[at].low.endswith(("ed", "ing")))
        and not (n and _is_participle(tool, tokens[at]))
    ]


def _is_participle(tool: ToolWords, token: Token) -> bool:
    """The verb of "donors may be sent", "customers may be taken"."""
    return token.stem in own_verbs(tool) and (token.low in IRREGULAR_FORMS or token.low.endswith("en"))


def _has_thing(tool: ToolWords) -> bool:
    """Whether a tool's name says what it is about, and not only what it does: `approve_request`, `pods_list`."""
    acts = tool.name[0] in VERBS or tool.name[0] == told_verb(tool)
    return any(word not in _BLANK and (acts or word not in VERBS) for word in (tool.name[1:] if acts else tool.name))


def _goes_with_told(tool: ToolWords, verb: Token) -> bool:
    """Whether a verb goes with what the description acts on: "send patients" is no `send_reminder`, which says that it
    reminds one. It does where both verbs say the same, where the name's noun is what that is brought to ("Move a member
    up to another tier" of `upgrade_tier`; who changes one may change anything of it), or a day that it is moved to."""
    told = told_verb(tool)
    if verb.stem != tool.name[0] or verb.stem == told:
        return True
    if not classes_of([verb.stem]).isdisjoint(classes_of([told, " ".join(map(str.lower, tool.does.words[:2]))])):
        return True
    to = [each.words for each in tool.does.complements if each.preposition in {"to", "into", "till", "until"}]
    moves = tool.name[1:] in to and any(found.leaf == tool.name[1:] and found.values for found in tool.inputs)
    delays = tool.name[0] in _DELAYS and any(each[-1] in _DAYS for each in to)
    return delays or (moves and "update" not in classes_of(tool.name[:1]))


def only_modifies(tool: ToolWords, phrase: Phrase) -> bool:
    """Whether the noun that is said stands in a tool's name only before another, which nobody said: `create_mail_rule`
    creates no mail."""
    nouns, words = _nouns(tool, phrase), {word for at in phrase.places for word in phrase.line.tokens[at].words}
    head = phrase.line.tokens[nouns[-1]].words if nouns else ()
    if not nouns or _object(tool) in head:
        return False  # `update_deal_stage`, which says that it moves a deal
    after = [tool.name[n + 1 :] for n, word in enumerate(tool.name) if n and word in head and word not in PARTICLES]
    free = {*words, *_BLANK, *PARTICLES, *PREPOSITIONS, *own_verbs(tool)}
    if senses_of(tool) == {"read"}:
        free |= SEEN  # who sees orders may `get_order_details`
    return bool(after) and all(rest and free.isdisjoint(rest) for rest in after)


def _object(tool: ToolWords) -> str:
    """The stem of what a description says that its tool acts on: the last word in front of a preposition."""
    told = tool.does.words
    stop = next((at for at, word in enumerate(told) if word in PREPOSITIONS and at), len(told))
    return stem("".join(told[:stop][-1:]))


def _halves_compound(tool: ToolWords, phrase: Phrase) -> bool:
    """Whether a noun is only the end of a compound of the description, whose first word is left out: where a tool does
    "Replace the mail address of a customer", a customer's address alone is another thing.

    The first word may be said in the tool's own name, or with a word that its name has and its description has not
    ("e-mail address" of `update_email`).
    """
    told = [stem(word) for word in tool.does.words]
    if not phrase.said.isdisjoint(set(tool.name[1:]) - set(told)):
        return False
    known = {*_LOOSE, *tool.target, *tool.name, *phrase.said}
    for token in (phrase.line.tokens[at] for at in phrase.content):
        if tool.does.acted.issuperset(token.words) and not is_verb(token):
            firsts = {
                told[n - 1]
                for n, word in enumerate(told)
                if n > 1 and word in {*token.words} - {*tool.name} and not tool.does.words[n - 1].endswith("ed")
            }
            if firsts and firsts.isdisjoint(known):
                return True
    return False
