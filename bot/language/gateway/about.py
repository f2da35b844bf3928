"""What a tool is about: whether the noun that is said is one of its own, or of another thing."""

from __future__ import annotations

from bot.language.gateway.deeds import DETERMINERS
from bot.language.gateway.lexicon import ToolWords
from bot.language.gateway.line import Line
from bot.language.gateway.verbs import USE, VERBS, classes_of, is_verb
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural, stem
from bot.language.wordlists import (
    ACT_VERBS,
    PARTICLES,
    PREPOSITIONS,
    words,
)

# Nouns of a tool's name that say nothing of what it is about.
_BLANK = frozenset(map(stem, ("request", "record", "item", "entry", "job", "task")))
_DELAYS = frozenset(map(stem, words("tools", "delaying_verbs")))
_DAYS = frozenset(map(stem, ("date", "day", "time", "slot", "week", "month")))
_LOOSE = frozenset(map(stem, words("inputs", "loose"))) | DETERMINERS | PREPOSITIONS | {"and", "or"}


def is_about(tool: ToolWords, line: Line, places: list[int], content: list[Token]) -> bool:
    """Whether a tool is about the noun that is said, the last in front of a preposition: `issue_card` of a target
    Expenses issues no expenses. The noun may stand before another of the tool ("customs holds"), and alone for one
    that says nothing ("approve leave" of `approve_request`)."""
    said = _said(line, places, content)
    last = line.tokens[places[-1]]
    before = [line.tokens[at] for at in (places[0], places[0] - 1) if at >= 0 and at != places[-1]]
    trails = any(token.stem in USE for token in before) or any(is_plural(line.low(at)) for at in places[-2:-1])
    if trails and last.low in ACT_VERBS and last.stem not in {*tool.name, *tool.described}:
        return False  # "run runbooks request"
    nouns = _nouns(tool, line, said)
    if not nouns or _says_what_is_done(line, nouns[-1]) or not _is_of_a_thing(tool):
        return True
    head, behind = line.tokens[nouns[-1]], line.tokens[nouns[-1] + 1 : nouns[-1] + 2]
    if any(not tool.input_names.isdisjoint(token.words) for token in behind):
        return True  # "up to 100 loyalty points"
    first = line.tokens[said[0]]
    if not set(tool.name).isdisjoint(head.words):
        return True
    if not tool.does.acted.isdisjoint(head.words):
        # "Send patients" is no `send_reminder`, which says that it reminds one.
        told = [stem(word) for word in tool.does.words[:1]]
        mixed = first.stem == tool.name[0] and first.stem not in told and not _moves(tool) and not _puts_off(tool)
        return not mixed or not classes_of([first.stem]).isdisjoint(classes_of([*told, _phrasal(tool)]))
    if all(word in tool.target for word in head.words):
        return False
    of = [each.words for each in tool.does.complements if each.preposition in {"of", "on", "with"}]
    if _object(tool) in {*tool.name} - _BLANK and any({*head.words} <= {*words} for words in of):
        return False  # who closes boards is not who may "Close the running sprint of a board"
    # "Pay employees" is no `pay_bonus` to an employee where `hire_employee` is about one.
    others = (other for other in line.lexicon.tools if other is not tool)
    return not any(
        word in tool.described and (word in other.name or word in other.does.acted)
        for other in others
        for word in head.words
    )


def _moves(tool: ToolWords) -> bool:
    """Whether a tool brings what it acts on to another value of the input that its name has: who upgrades a member does
    what `upgrade_tier` does, which says "Move a member up to another tier". Who changes one may change
    anything of it."""
    if "update" in classes_of(tool.name[:1]):
        return False
    onto = (each.words for each in tool.does.complements if each.preposition in {"to", "into"})
    return tool.name[1:] in onto and any(found.leaf == tool.name[1:] and found.values for found in tool.inputs)


def _phrasal(tool: ToolWords) -> str:
    """The verb of a description with its particle: to call off is to cancel."""
    return " ".join(word.lower() for word in tool.does.words[:2])


def _puts_off(tool: ToolWords) -> bool:
    """Whether a tool that is named for it moves what it acts on to another day: who postpones a concert does what
    `postpone_event` does, which says "Move a concert to a later date"."""
    to = [each.words for each in tool.does.complements if each.preposition in {"to", "till", "until"}]
    return tool.name[0] in _DELAYS and any(each[-1] in _DAYS for each in to)


def _said(line: Line, places: list[int], content: list[Token]) -> list[int]:
    """The words in front of a preposition: "refunds" of "refunds for damaged or late orders"."""
    between = (at for at in range(places[0], places[-1]) if at not in places and line.low(at) in PREPOSITIONS)
    stop = next(between, places[-1] + 1)
    return [at for at in places if line.tokens[at] in content and at < stop and not preposed(line, at, places)]


def _nouns(tool: ToolWords, line: Line, said: list[int]) -> list[int]:
    """The words that are no verb, and say of nothing what it is like."""
    return [
        at
        for n, at in enumerate(said)
        if not (n == 0 and (is_verb(line.tokens[at]) or line.tokens[at].stem == tool.name[0]))
        and not line.low(at).endswith(("ed", "ing"))
    ]


def only_modifies(tool: ToolWords, line: Line, places: list[int], content: list[Token]) -> bool:
    """Whether the noun that is said stands in a tool's name only before another, which nobody said: `create_mail_rule`
    creates no mail, and `export_call_records` exports no calls."""
    nouns = _nouns(tool, line, _said(line, places, content))
    words = {word for at in places for word in line.tokens[at].words}
    after = [
        tool.name[n + 1 :]
        for at in nouns[-1:]
        for n, word in enumerate(tool.name)
        if n and word in line.tokens[at].words and word not in PARTICLES
    ]
    free = {*words, *_BLANK, *PARTICLES, *PREPOSITIONS}
    if nouns and _object(tool) in line.tokens[nouns[-1]].words:
        return False  # `update_deal_stage`, which says that it moves a deal
    return bool(after) and all(rest and rest[0] not in VERBS and free.isdisjoint(rest) for rest in after)


def _object(tool: ToolWords) -> str:
    """The stem of what a description says that its tool acts on: the last word in front of a preposition."""
    told = tool.does.words
    stop = next((at for at, word in enumerate(told) if word in PREPOSITIONS and at), len(told))
    return stem("".join(told[:stop][-1:]))


def _says_what_is_done(line: Line, at: int) -> bool:
    """Whether a word is a verb, or one as a noun, and no thing: "an order" is one."""
    thing = is_plural(line.low(at)) or line.low(at - 1) in {"a", "an"}
    return is_verb(line.tokens[at]) and not thing


def _is_of_a_thing(tool: ToolWords) -> bool:
    """Whether a tool's name says what it is about, and not only what it does: `approve_request`, `pods_list`."""
    acts = tool.name[0] in VERBS or tool.name[:1] == tuple(map(stem, tool.does.words[:1]))
    return any(word not in _BLANK and (acts or word not in VERBS) for word in (tool.name[1:] if acts else tool.name))


def asked_for(tool: ToolWords, content: list[Token]) -> set[str]:
    """The nouns behind a verb of which one is the tool's own verb: the "requests" that are handled."""
    handled = is_verb(content[0]) and content[0].stem not in tool.name  # "shipping address updates"
    nouns = [token for token in content[1:] if is_plural(token.low)] if handled else []
    own = any(token.stem == tool.name[0] and is_verb(token) for token in nouns)
    return {word for token in content[1:] for word in token.words} if own else set()


def halves_compound(tool: ToolWords, content: list[Token], hits: set[str]) -> bool:
    """Whether a noun is only the end of a compound of the description, whose first word is left out: where a tool does
    "Replace the mail address of a customer", a customer's address alone is another thing.

    The first word may be said in the tool's own name, or with a word that its name has and its description has not
    ("e-mail address" of `update_email`).
    """
    told = [stem(word) for word in tool.does.words]
    own = set(tool.name[1:]) - set(told)
    for token in content:
        ends = [at for at, word in enumerate(told) if at > 1 and word in token.words and word not in tool.name]
        if not ends or not tool.does.acted.issuperset(token.words) or is_verb(token):
            continue
        firsts = {told[at - 1] for at in ends}
        if firsts.isdisjoint({*_LOOSE, *tool.target, *tool.name, *hits}) and own.isdisjoint(hits):
            return True
    return False


def preposed(line: Line, at: int, places: list[int]) -> bool:
    """Whether a word stands behind a preposition: what it says beside the tool is looked at later, with it."""
    while at > 0 and (line.low(at - 1) in DETERMINERS or at - 1 in places[1:]):
        at -= 1
    return line.low(at - 1) in PREPOSITIONS
