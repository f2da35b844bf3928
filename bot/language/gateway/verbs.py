"""What verbs say is done: classes of meaning, which words are verbs where they stand, and what tools do."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from bot.language.gateway.deeds import DETERMINERS
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.line import Line
from bot.language.gateway.methods import WIDE
from bot.language.gateway.tool_words import ToolWords
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural, singular, stem
from bot.language.wordlists import (
    ACT_VERBS,
    BEFORE_VERBS,
    PARTICLES,
    PREPOSITIONS,
    USE_VERBS,
    VERB_CLASSES,
    words,
)

USE = frozenset(map(stem, USE_VERBS))
ACT = frozenset(map(stem, ACT_VERBS))
ANY_VERBS = USE | ACT
CLASSES = {name: frozenset(map(stem, verbs)) for name, verbs in VERB_CLASSES.items()}
VERBS = frozenset().union(*CLASSES.values(), map(stem, words("tools", "lone_verbs"))) | ANY_VERBS
_VERB_FORMS = frozenset().union(*VERB_CLASSES.values()) | USE_VERBS | ACT_VERBS
_BE = frozenset({"be", "been", "being", "is", "are", "get", "gets"})
_MAKES = frozenset(map(stem, words("tools", "making_verbs")))
_ASKS = frozenset(map(stem, words("tools", "asking_verbs")))
_BEGINS = (ACT & CLASSES["create"]) - USE | {stem("trigger")}  # who triggers an alarm does not silence it
_DECIDES = frozenset(map(stem, words("tools", "deciding_verbs")))
_AGAIN = frozenset(map(stem, ("reopen", "reschedule", "renew", "restart", "resend", "reissue", "reassign", "rename")))
_HANDLES = frozenset(map(stem, words("tools", "handling_verbs")))
_PHRASAL = frozenset(map(stem, ("take", "put", "bring", "turn", "get", "call")))
_MONEY = frozenset(map(stem, words("tools", "money")))
_PAYS = frozenset(map(stem, ("pay", "remit")))
_NEW = stem("new")
# Who swaps things changes or exchanges them; a new booking is made, and ordered.
_EITHER = frozenset({stem("swap"), _NEW})


def classes_of(stems_: Iterable[str]) -> frozenset[str]:
    """The classes of meaning that verbs belong to."""
    listed = frozenset(stems_)
    return frozenset(name for name, verbs in CLASSES.items() if not verbs.isdisjoint(listed))


def is_verb(token: Token) -> bool:
    """Whether a word is a verb that the vocabulary knows."""
    return token.stem in VERBS and not names_people(token) and singular(token.low)[-3:] != "ity"  # "activity"


def is_done(lexicon: Lexicon, token: Token) -> bool:
    """Whether a word says what is done: a verb, or how a tool's name or its description begins."""
    return is_verb(token) or token.stem in lexicon.openings or token.stem in lexicon.told_openings


def names_people(token: Token) -> bool:
    """Whether a word is a person who does something: manager, approvers; its stem alone would look like the verb."""
    word = singular(token.low)
    return word.endswith(("er", "or", "ist")) and word not in _VERB_FORMS


def is_said_to_do(line: Line, at: int, first: bool) -> bool:
    """Whether a word is surely a verb where it stands: in the passive, or as the `first` of a phrase that says what is
    done, behind a modal or in its form of one."""
    token, before = line.tokens[at], line.low(at - 1)
    if before in _BE:
        return token.low.endswith(("ed", "en")) or token.stem in _ASKS
    if not first:
        return False
    let = any(line.low(n) == "let" for n in range(at)) and before not in PREPOSITIONS | DETERMINERS | {"let"}
    bare = not is_plural(token.low) or token.stem in _ASKS or before == "nobody"  # "never may files be deleted"
    return (bare and (let or before in BEFORE_VERBS)) or (token.low.endswith("ing") and len(token.low) > 5)


def told_verb(tool: ToolWords) -> str:
    """The stem of the verb of a tool's description."""
    return stem("".join(tool.does.words[:1]))


@lru_cache(maxsize=4096)
def own_verbs(tool: ToolWords) -> frozenset[str]:
    """The verbs of a tool's name and of its description: `create_or_update_file` has two, and `pods_exec` its last."""
    name, told = tool.parts, tool.does.words[:3]
    found = {tool.name[0], told_verb(tool)}
    found |= {stem(name[at + 1]) for at, word in enumerate(name[:-1]) if word in {"and", "or"}}
    if told[1:2] == ("or",):
        found.add(stem(told[-1]))
    if tool.name[0] in tool.described - VERBS and tool.name[0] != told_verb(tool):
        found.update(tool.name)
    if tool.name[0] != told_verb(tool) and classes_of(tool.name[-1:]) & classes_of([told_verb(tool)]):
        found.add(tool.name[-1])
    return frozenset(found)


def senses_of(tool: ToolWords) -> frozenset[str]:
    """The classes of what a tool does, by its name's verb, or where that has none by every word that can be one. The
    verb of `pull_request_review_write`, told to "Create" one, is its last word."""
    told = classes_of([told_verb(tool)])
    ends = tool.name[-1] in WIDE and tool.name[0] != told_verb(tool) and told & classes_of(tool.name[-1:])
    own = classes_of(tool.name[-1:] if ends else tool.name[:1])
    return (own & told if len(own) > 1 else own) or own or classes_of(tool.verbs)


def has_sense(tool: ToolWords, verb: str) -> bool:
    """Whether a verb is of the same senses as the tool's: one of two senses ("open" reads and creates, "clear" deletes
    and approves) stands for no verb of one of them."""
    if tool.name[0] == "move" != verb and _MONEY.isdisjoint(tool.does.acted):
        return False  # money that is moved is sent, and a file is not
    pays = not _PAYS.isdisjoint((tool.name[0], told_verb(tool)))
    if pays != (verb in _PAYS) and _MONEY.isdisjoint(tool.name[1:] if pays else {*tool.name[1:], *tool.does.acted}):
        return False  # who pays contractors does not send them, nor does who moves suppliers pay them
    own, said = senses_of(tool), classes_of([verb])
    if tool.name[1:2] == ("to",) and verb in CLASSES["escalate"]:
        return bool(own & {"send", "escalate"})  # `transfer_to_human_agents`
    if verb in _EITHER and own:
        return own <= said or (verb == _NEW and makes(tool) and not own.isdisjoint(said))
    return bool(own) and said == own


def is_light_for(tool: ToolWords, verb: str) -> bool:
    """Whether a verb that says little ("use", "process", "issue") stands for the tool's own. Who asks for a thing or
    begins one does not decide on it, and does not do it again; who handles things may do whatever is done to them."""
    if verb not in ACT:
        return verb in USE
    if verb in _HANDLES:
        return senses_of(tool) != {"read"}  # who reopens a job, which "opens" it, reads none
    begins, asks, own = verb in _BEGINS, verb in _ASKS, tool.name[0]
    barred = {"read", "delete", "cancel", "reject", *(("approve",) if begins else ())}
    return senses_of(tool).isdisjoint(barred) and not (begins and own in _AGAIN) and not (asks and own in _DECIDES)


def says(tool: ToolWords, verb: Token, said: frozenset[str]) -> bool:
    """Whether a verb says what a tool does, of all words `said`: as its own verb, as one of the same senses, as one
    that says little, or as the noun of what it makes ("refund" of `process_refund`)."""
    if len(verb.words) > 1 or (verb.low.endswith("ing") and verb.low in tool.parts):
        return True  # what is spelled as one says nothing by itself, nor does "pending" of "pending orders"
    if verb.stem in own_verbs(tool):
        return not lacks_particle(tool, verb, said)
    if verb.stem in tool.name:
        return tool.name[0] in _MAKES and said.issuperset(tool.name[1:])
    if only_begins(verb.stem, tool, said):
        return has_sense(tool, verb.stem)  # who issues alerts is not who may `silence_alert`
    return is_light_for(tool, verb.stem) or has_sense(tool, verb.stem)


def only_begins(verb: str, tool: ToolWords, said: frozenset[str]) -> bool:
    """Whether a verb only begins a thing, and the tool does something to one that is there, which nobody said."""
    return verb in _BEGINS and not (makes(tool) or _brings(tool)) and tool.name[0] not in said


def makes(tool: ToolWords) -> bool:
    """Whether a tool makes, gives or asks for the thing of its name."""
    return tool.name[0] in _MAKES | _ASKS or "create" in classes_of(tool.name[:1])


def _brings(tool: ToolWords) -> bool:
    """Whether a tool gives, sends or orders something, or says no more than that it is done."""
    return tool.name[0] in ANY_VERBS or not senses_of(tool).isdisjoint({"give", "send", "order", "start", "deploy"})


def lacks_particle(tool: ToolWords, verb: Token, said: frozenset[str]) -> bool:
    """Whether a verb says something else without the particle of the name or of the description: who may write
    invoices may not `write_off_invoice`, and who may take rooms may not "Take a room out of service"."""
    if verb.stem == tool.name[0] and tool.name[1:2] and tool.name[1] in PARTICLES:
        return tool.name[1] not in said
    particles = PARTICLES & tool.does.acted if verb.stem in _PHRASAL and verb.stem not in tool.name else frozenset()
    return bool(particles) and particles.isdisjoint(said)
