"""Which tools a phrase names."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.language.gateway.context import Context
from bot.language.gateway.deeds import DETERMINERS
from bot.language.gateway.naming import named_by, named_by_input
from bot.language.gateway.refusals import Refusal
from bot.language.gateway.subjects import has_input
from bot.language.gateway.tool_words import ToolWords
from bot.language.gateway.unknown import unknown_tool
from bot.language.gateway.verbs import (
    ANY_VERBS,
    VERBS,
    classes_of,
    is_done,
    is_said_to_do,
    is_verb,
    names_people,
    only_begins,
)
from bot.language.meaning.model import (
    And,
    Compared,
    Draft,
    Fact,
    Flagged,
    Formula,
    Said,
    What,
    about,
    joined,
    terms,
    torn,
)
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural, parts, stem
from bot.language.wordlists import ACT_VERBS, IMPERATIVES, PARTICLES, PREPOSITIONS, TOOL_NOUNS


@dataclass(frozen=True, slots=True)
class Deed:
    """Words that may name a tool, by their places, and the conditions among them: `inner` are the words that stand
    before a noun ("urgent tickets", "express refunds"), which a tool of that name would have for its own. `told` is the
    tool whose description has the words behind its object, and what that is: "taken off the blocklist" of a website."""

    places: tuple[int, ...]
    when: Formula | None = None
    inner: Said = ()
    counted: bool = False
    told: tuple[str, tuple[str, ...]] | None = None

    def draft(self, context: Context, what: What) -> Draft | None:
        """The tool with the conditions among its words. A word of the tool's own name is none."""
        if any(set(token.words) <= set(tool.name) for token in self.inner for tool in context.tools_of(what)):
            return None
        return Draft(what=what, when=self.when)


def word(context: Context, at: int) -> Deed:
    """The first word of a tool phrase."""
    return Deed((at,))


def _both(left: Formula | None, right: Formula | None) -> Formula | None:
    return joined("and", left, right) if left and right else left or right


def more_words(context: Context, deed: Deed, more: Deed) -> Deed | None:
    """A tool phrase with further words; no word twice. "Up to 5 claims" counts calls, and is none."""
    if set(deed.places) & set(more.places) or _stops(context, deed, more):
        return None
    if deed.counted and (more.places or isinstance(more.when, Flagged)):
        return None  # "at least one signature" of `signature_required` counts them too
    return behind(context, deed, more)


def _stops(context: Context, deed: Deed, more: Deed) -> bool:
    """ "Stop blocking cards": one verb of an effect on another is no name of a tool."""
    if len(deed.places) != 1 or not more.places:
        return False
    first, then = context.tokens[deed.places[0]], context.tokens[more.places[0]]
    return first.low in IMPERATIVES and then.low.endswith("ing") and is_verb(then)


def behind(context: Context, deed: Deed, more: Deed) -> Deed | None:
    """A tool phrase with words behind a preposition: "up to 2 days of leave"; "csv under exports" is none."""
    if not deed.places and more.places and context.tokens[more.places[0] - 1].low in PREPOSITIONS - {"of", "for"}:
        return None
    if set(deed.places) & set(more.places) or torn(deed.when, more.when):
        return None
    if not more.places and _shares_with_people(context, more):
        return None
    places = tuple(sorted((*deed.places, *more.places)))
    counted = more.counted or (deed.counted and not more.places)  # "up to 5 late refunds" counts them too
    return Deed(places, _both(deed.when, more.when), (*deed.inner, *more.inner), counted)


def _shares_with_people(context: Context, more: Deed) -> bool:
    """Whether a plural of people behind "with" may be who receives something: "share files with editors"."""
    at = next((n for n, token in enumerate(context.tokens) if token in more.inner), 0)
    last = more.inner[-1] if more.inner else context.tokens[0]
    return at > 0 and context.tokens[at - 1].low == "with" and is_plural(last.low) and names_people(last)


def behind_two(context: Context, deed: Deed, first: Deed, more: Deed) -> Deed | None:
    """ "Transferred to a human agent"."""
    found = behind(context, deed, first)
    return behind(context, found, more) if found is not None else None


def deed_when(context: Context, deed: Deed, cond: Formula) -> Deed | None:
    """A tool phrase with what hangs on it: "refunds over 500", "files on the branch main"."""
    return replace(deed, when=_both(deed.when, cond)) if deed.places and not torn(deed.when, cond) else None


def of_any(context: Context, deed: Deed, subject: Said) -> Deed | None:
    """ "The transfer of ownership of any dataset": any value of an input says nothing, of a tool that has it."""
    what = named_by(context, deed.places) if deed.places else None
    return deed if what is not None and has_input(context.tools_of(what), subject) else None


def for_one(context: Context, deed: Deed, subject: Said) -> Deed | None:
    """ "An invoice for a customer" says nothing of a tool that always takes one; of another it would be a condition."""
    what = named_by(context, deed.places) if deed.places else None
    named = tuple(word for token in subject for word in parts(token.text))
    takes = [
        any(named in {found.own, found.identifies} and not any(found.optional) for found in tool.inputs)
        for tool in context.tools_of(what)
    ]
    return deed if takes and all(takes) else None


def with_noun_mod(context: Context, named: Draft, cond: Formula) -> Draft | None:
    """An exact name with what hangs on it."""
    return None if torn(named.when, cond) else replace(named, when=_both(named.when, cond))


def with_bound(context: Context, named: Draft, subject: Said, pred: Formula) -> Draft | None:
    """ "process_refund amount over 500"."""
    return with_noun_mod(context, named, about(subject, pred))


def named(context: Context, deed: Deed, target: str = "") -> Draft | None:
    """The tool that the words point to, perhaps on a target."""
    what = named_by(context, deed.places, target) if deed.places else None
    if what is None and deed.places and deed.when is not None:
        subjects = [each.subject if isinstance(each, Compared) else () for each in terms(deed.when)]
        what = named_by_input(context, deed.places, subjects) if all(subjects) else None
    if what is None or (len(deed.places) == 1 and context.tokens[deed.places[0]].low.endswith("ed")):
        return None  # "shipped" alone is what something is, and nothing that is done
    if len(deed.places) == 1 and deed.when is None and _says_nothing(context, deed.places[0]):
        context.spans[deed.places] = unknown_tool(context.line(), [context.tokens[deed.places[0]]])
        return None
    return deed.draft(context, _said(context, what, deed.places))


def used(context: Context, deed: Deed) -> Draft | None:
    """A tool behind "use" or "run", where none is called so: who triggers a run of `trigger_pipeline` cancels none."""
    before = [token for token in context.tokens[: deed.places[0] if deed.places else 0] if token.low not in DETERMINERS]
    verb = before[-1].stem if before else ""
    found = named(context, deed) if verb not in context.lexicon.openings else None
    words = [context.tokens[at] for at in deed.places]
    said = frozenset(word for token in words for word in token.words)
    called = not TOOL_NOUNS.isdisjoint(token.low for token in words)
    tools = context.tools_of(found.what) if found is not None and not called else ()
    return None if any(only_begins(verb, tool, said) for tool in tools) else found


def _says_nothing(context: Context, at: int) -> bool:
    """ "Managers may issue": what they issue is not said, and a verb that fits any tool does not say it."""
    token = context.tokens[at]
    return token.low in ACT_VERBS and is_said_to_do(context.line(), at, first=True)


def _said(context: Context, what: What, places: tuple[int, ...]) -> What:
    """The tools with what the words say is done with them, and with the verbs of their names that nobody said."""
    done = [context.tokens[at].stem for at in places if is_done(context.lexicon, context.tokens[at])]
    if _names_object(context, what, places):
        done = []  # "order details" orders nothing
    verb = done[0] if done and is_done(context.lexicon, context.tokens[places[0]]) and done[0] not in ANY_VERBS else ""
    unsaid = {word for tool in context.tools_of(what) for word in tool.name} & VERBS
    thing = is_plural(context.tokens[places[0]].low)  # "fines and holds" are both waived, and no hold is placed
    left_out = frozenset() if done and not thing else frozenset(unsaid)
    return replace(what, verb=verb, unsaid=left_out, places=places)


def _names_object(context: Context, what: What, places: tuple[int, ...]) -> bool:
    return len(places) > 1 and all(_spells_object(context, tool.name, places) for tool in context.tools_of(what))


def _spells_object(context: Context, name: tuple[str, ...], places: tuple[int, ...]) -> bool:
    """Whether words are a tool's name without its verb: "order details" of `get_order_details`."""
    return name[0] in VERBS and name[1:] == tuple(word for at in places for word in context.tokens[at].words)


def _other_deed(context: Context, left: What, right: What) -> bool:
    """ "List customers and prices" lists prices, and creates none; who submits claims and records releases none: a
    noun alone is for the verb before it, and takes the tool that both name."""
    if not left.places or not right.places or not _does(context, left.places[0]):
        return False
    if any(_does(context, at) for at in right.places) or _names_object(context, left, left.places):
        return False
    if context.tokens[right.places[0] - 1].low in PREPOSITIONS:  # "as well as"
        verb = context.tokens[left.places[0]].stem
        owns = {tool.name[0] for tool in context.tools_of(right)} - {verb}
        return any(classes_of([own]).isdisjoint(classes_of([verb])) for own in owns)
    phrasal = len(left.places) > 1 and context.tokens[left.places[1]].low in PARTICLES
    borrowed = named_by(context, (*left.places[: 1 + phrasal], *right.places), right.target)
    return borrowed is None or borrowed.choices != right.choices


def _does(context: Context, at: int) -> bool:
    """Whether a word says what is done, and is no thing: "refund", and not "refunds"."""
    return is_done(context.lexicon, context.tokens[at]) and not is_plural(context.tokens[at].low)


def deeds(context: Context, left: Deed, right: Deed | tuple[Deed, ...]) -> tuple[Deed, ...] | None:
    """Tool phrases of one list; only behind the last of them can there be a condition for all."""
    if left.when is not None or not left.places:
        return None
    return (left, *(right if isinstance(right, tuple) else (right,)))


def named_list(context: Context, deeds: tuple[Deed, ...]) -> Draft | None:
    """A list of tools, of which one may borrow the verb of the first, or the noun of the last."""
    first, last = deeds[0], deeds[-1]
    end = named_by(context, last.places) if last.places else None
    found: list[str] = []
    for deed in deeds:
        what = _alone_or_borrowing(context, deed, first, last, end)
        if what is None or what.target or len(what.choices) != 1:
            return None
        found += what.choices[0]
    if len(found) > len({*found}) and _spelled(context, last.places):
        return None
    return last.draft(context, _said(context, What((tuple(dict.fromkeys(found)),)), first.places))


def _spelled(context: Context, places: tuple[int, ...]) -> bool:
    """Whether a tool is named exactly: in "tour guides, book_tour" what is before it may be people."""
    return not places or any(context.tokens[at].low in context.lexicon.by_name for at in places)


def _alone_or_borrowing(context: Context, deed: Deed, first: Deed, last: Deed, end: What | None) -> What | None:
    verb = is_done(context.lexicon, context.tokens[first.places[0]])
    does = any(_does(context, at) for at in deed.places)
    led = deed is not first and verb and not does
    if led and len(first.places) == 1:
        return None  # "create n tickets" is no list: a verb without its noun has none to share
    # "List customers, products and prices" lists prices: a noun alone never takes another verb's tool.
    tries = [] if led else [deed.places]
    lent = last.places[1:]
    twice = {context.tokens[at].stem for at in deed.places} & {context.tokens[at].stem for at in lent}
    if deed is not last and lent and not twice:
        tries.append((*deed.places, *lent))
    if deed is not first and verb:
        tries.append((first.places[0], *deed.places))
    for places in tries:
        what = named_by(context, places) if places else None
        # "Create or change a record" is said of one tool, whose name has neither verb.
        same = what is not None and end is not None and what.choices == end.choices and does and deed is not last
        if what is not None and (same or _anchored(context, what, deed, places)):
            return what
    return None


def _anchored(context: Context, what: What, deed: Deed, places: tuple[int, ...]) -> bool:
    """Whether a phrase has a word of the tool's name itself or the verb of its description, and does not borrow all."""
    words = {word for at in deed.places for word in context.lexicon.called(context.tokens[at]).words}
    return all(
        not words.isdisjoint(_own_words(context, context.lexicon.by_key[action], places))
        for choice in what.choices
        for action in choice
        if action in context.lexicon.by_key
    )


def _own_words(context: Context, tool: ToolWords, places: tuple[int, ...]) -> set[str]:
    """The words of a tool's name, and the verb of its description where all else of the name is said: who replaces or
    erases customers does not "Replace the mail address" of one."""
    said = {word for at in places for word in context.tokens[at].words}
    return {*tool.name, *(map(stem, tool.does.words[:1]) if said.issuperset(tool.name[1:]) else ())}


def listed(context: Context, left: Draft, right: Draft) -> Draft | None:
    """Two tools of one list; a condition amid the list would be of one of them, and is not taken."""
    if left.beside or right.beside or left.when is not None or left.what is None or right.what is None:
        return None
    if _other_deed(context, left.what, right.what):
        return None
    if left.what.target or right.what.target or _was_excepted(context, left, right.what):
        return None
    if right.what.choices == left.what.choices and _spelled(context, right.what.places):
        return None
    both = [(one, other) for one in left.what.choices for other in right.what.choices]
    two = [(one, other) for one, other in both if one != other]  # "view an order and list the orders" is said of two
    choices = tuple(tuple(dict.fromkeys((*one, *other))) for one, other in two or both)
    return Draft(
        what=What(choices, verb=left.what.verb, unsaid=left.what.unsaid, places=left.what.places), when=right.when
    )


def _was_excepted(context: Context, left: Draft, right: What) -> bool:
    """Whether a tool behind "everything on X except A and" is of X itself: to add it again would say nothing."""
    if not left.open or left.what is None:
        return False
    owners = {context.lexicon.by_key[action].tool.target for choice in left.what.choices for action in choice}
    tools = (context.lexicon.by_key[action] for choice in right.choices for action in choice)
    return len(owners) > 1 or all(tool.tool.target in owners for tool in tools)


def listed_each(context: Context, left: Draft, right: Draft) -> Draft | None:
    """ "Refunds over 500 and express refunds": two tools with a condition each."""
    if not _one_of_list(left) or not _one_of_list(right) or left.when is None:
        return None
    if left.what is None or right.what is None or _other_deed(context, left.what, right.what):
        return None
    if left.what.choices == right.what.choices and _stems(context, left.what).isdisjoint(_stems(context, right.what)):
        return None  # "urgent pages, database rota" may as well be pages of both
    bounds = right.when.items if isinstance(right.when, And) else ()
    own = any(isinstance(each, Compared) for each in terms(left.when))
    timed = any(isinstance(each, Fact) for each in bounds or (right.when,))
    if timed or (not own and not all(isinstance(each, Compared) for each in bounds)):
        return None  # a time, and the last of two conditions, could be of both tools
    return replace(left, beside=(*left.beside, replace(right, beside=()), *right.beside))


def _stems(context: Context, what: What) -> set[str]:
    """What a tool is named with."""
    return {context.tokens[at].stem for at in what.places}


def listed_shared(context: Context, left: Draft, right: Draft) -> Draft | None:
    """ "Refund under 500 and create tickets", "travel under 500 and meals", where both have the bound."""
    each = listed_each(context, left, right) if not left.beside and not right.beside else None
    shared = _shared(left.when, right.when) if each is not None and left.when is not None else None
    return replace(left, beside=(replace(right, when=shared),)) if shared is not None else None


def _shared(left: Formula, right: Formula | None) -> Formula | None:
    """What is said of the second of two tools where the bound of the first is of it too."""
    if right is None:
        return left
    items = left.items if isinstance(left, And) else ()
    bounds = [each for each in items if isinstance(each, Compared)]
    own = any(isinstance(each, Compared) for each in terms(right))
    return joined("and", right, *bounds) if bounds and len(bounds) < len(items) and not own else None


def _one_of_list(draft: Draft) -> bool:
    return draft.what is not None and not draft.what.target and not draft.what.everything and not draft.open


def by_name(context: Context, name: Token, target: str = "") -> Draft | None:
    """A tool by its exact name."""
    found = context.lexicon.by_name.get((name.value or name.text).lower(), ())
    fits = [tool for tool in found if target in {"", tool.tool.target}]
    if left_out := [tool for tool in fits if tool.left_out]:
        context.give_up(
            Refusal(
                f"A policy cannot name `{left_out[0].tool.name}`: Cedar cannot express it ({left_out[0].left_out}).",
                (name,),
                "Change the tool's input schema, or name its whole target.",
                weight=9,
            )
        )
    if not fits or left_out:
        return None
    return Draft(what=What(tuple((tool.action,) for tool in fits)))
