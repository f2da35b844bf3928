"""Values that no schema lists, on one tool: the free text input that a noun beside a value names."""

from __future__ import annotations

from bot.language.gateway.inputs import in_short, like_test, not_value, value_test
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.line import Line
from bot.language.gateway.refusals import Refusal, unknown_input
from bot.language.gateway.schema_inputs import Input
from bot.language.gateway.tool_words import ToolWords
from bot.language.gateway.verbs import senses_of
from bot.language.meaning.logic import All, Logic, Not
from bot.language.meaning.model import Beside, DoneBy, OwnerRepo, Said, Value
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural, parts, singular, stem, stems
from bot.language.wordlists import ATTRIBUTES, PEOPLE_WORDS, STATES

TURNING = frozenset({"update", "escalate", "send"})
_PLACES = frozenset({"path", "folder", "dir", "directori"})
_WITHIN = frozenset({"", "in", "of", "for", "to", "within", "inside"})
_PATHS = frozenset(stem(word) for word in ("branch", "base", "head", "ref", "path", "tag", "sha", "folder"))
_NAMES = frozenset({"name", "title", "label"})
_NAMING = frozenset(map(stem, ("name", "number", "id", "code", "address", "title")))
# Who owns a repository, in the words of people; the tools' own word is `owner`.
_OWNERS = frozenset({"organization", "organisation", "org"})


def names_text(lexicon: Lexicon, span: Said) -> bool:
    """Whether words may stand for a free text input of some tool: by its name, or a word of its description."""
    return (len(span) == 1 and span[0].stem in lexicon.told_texts) or named_text(lexicon, span)


def named_text(lexicon: Lexicon, span: Said) -> bool:
    """Whether words are the name of a free text input of some tool."""
    own = tuple(word for token in span for word in parts(token.text))
    last = (*own[:-1], singular(own[-1])) if own else ()
    named = (own, last, in_short(own), (*last, "name"))
    if any(each in lexicon.texts or each in lexicon.identified for each in named):
        return True
    spelled = {(prep, *words) for prep in ("from", "to") for words in (own, last)}
    if any(words in lexicon.texts for words in spelled):
        return True
    return len(span) == 1 and any(_short(name, span[0], told) for name, told in lexicon.short_texts)


def short_for(found: Input, token: Token) -> bool:
    """Whether an input's name is short for a word: `repo` for "repository"."""
    name = found.path[-1].lower()
    return len(name) >= 3 and _short(name, token, found.described)


def says_its_name(found: Input, value: Value) -> bool:
    """Whether words are of an input's name, and no value of it: "with a cost center" of `costCenter`."""
    own = {*found.leaf, *found.outer, *_NAMING}
    return not value.quoted and value.text.islower() and own.issuperset(stems(value.text))


def not_alone(line: Line, found: Input, value: Value) -> None:
    """Raise Refusal for "documents invoice only", "only lab sections" of a list, which may have others beside it."""
    if found.kind != "set" or not value.said:
        return
    own = {*found.leaf, *found.outer}
    first = next(at for at, token in enumerate(line.tokens) if token.start == value.said[0].start)
    after = first + len(value.said)
    after += after < len(line.tokens) and not own.isdisjoint(line.tokens[after].words)
    if "only" in {line.low(first - 1), line.low(after)}:
        raise Refusal.of("others_beside", value.said, input=found)


def says_what_like(tool: ToolWords, found: Input, value: Value) -> bool:
    """ "When the repository is archived", "if the branch is protected": of a thing, and not of its `status`."""
    flags = (each for each in tool.inputs if each.kind == "Bool" and each.leaf == stems(value.text))
    if not value.quoted and not found.values and any(each.says_of(found.leaf) for each in flags):
        return True  # "the field is organic", where a boolean is "true when the field is organic"
    listed = value.text.lower() in (each.lower() for each in found.values)
    if value.quoted or "String" not in {found.kind, found.element} or listed or not ATTRIBUTES.isdisjoint(found.own):
        return False
    low = value.text.lower()
    return value.text.islower() and (low in STATES or (low.endswith("ed") and len(low) > 4))


def names_input(found: Input, token: Token) -> bool:
    """Whether a word is the name of an input, or what that is short for."""
    return short_for(found, token) or found.own == (singular(token.low),)


def _short(name: str, token: Token, told: frozenset[str]) -> bool:
    return token.low.startswith(name) and singular(token.low) != name and token.stem in told


def _noun(tool: ToolWords, term: Beside) -> Input | None:
    """The free text input that words name: by its whole name, or in full where the name is short for it.

    "From the release branch" is `from_branch` where there is one.
    """
    own = tuple(word for token in term.thing for word in parts(token.text))
    spelled = {own, in_short(own), (*own[:-1], singular(own[-1]))}  # by its letters: "reasonable" is no `reason`
    led = [found for found in tool.inputs if found.own[1:] in spelled and found.own[:1] == (term.prep,)]
    if term.prep and led:
        return led[0] if led[0].is_free_text else None
    if term.prep == "from" and senses_of(tool) & TURNING:
        return None  # what it becomes is an input, and what it was before is none
    texts = [found for found in tool.inputs if found.is_free_text]
    alone = term.thing[0] if len(term.thing) == 1 else None
    fits = [found for found in texts if found.own in spelled or (alone is not None and short_for(found, alone))]
    if not fits and (which := [found for found in tool.inputs if _which(found, spelled)]):
        one = len(which) == 1 and not is_plural(term.thing[-1].low)  # "suspend riders 200" names none
        return which[0] if one and _is_an_id(term.value) else None
    lists = [found for found in tool.inputs if found.is_free_list]
    fits = fits or [found for found in lists if (*found.own[:-1], singular(found.own[-1])) in spelled]
    fits = fits or [found for found in texts if found.own[-1:] == ("name",) and found.own[:-1] in spelled]
    if not fits and alone is not None and alone.stem not in {*tool.name, *tool.does.acted}:
        # "In the organization initech" is the `owner` that is "an account or an organization".
        fits = [found for found in texts if alone.stem in found.described]
    if not fits and alone is not None and singular(alone.low) in _OWNERS:
        fits = [found for found in tool.inputs if found.path == ("owner",) and "repo" in tool.input_names]
    return fits[0] if len(fits) == 1 else None


def _which(found: Input, spelled: set[tuple[str, ...]]) -> bool:
    """Whether words are what an input says which one it is of, or the end of that: items are of `new_item_ids` too."""
    return any(own and found.identifies[-len(own) :] == own for own in spelled)


def _is_an_id(value: Value) -> bool:
    """Whether a value says which one: it is quoted, or has a figure or a sign as `sara_doe`; "order early" has none."""
    signed = any(char.isdigit() or char in "_.@" for char in value.text[:-1]) or value.text[-1].isdigit()
    range_ = all(part.isdigit() for part in value.text.split("-")) and "-" in value.text  # "the rooms 101-103"
    return value.quoted or (signed and not range_ and value.said[0].kind not in {"date", "time"})


def _place(tool: ToolWords, term: Beside, blocking: bool) -> Input:
    """The input of a value beside its noun. Raises Refusal where there is none, and where who may return one item would
    return others beside it."""
    said = (*term.thing, *term.value.said)
    place = _noun(tool, term)
    if place is None:
        own = {word for found in tool.inputs for word in found.leaf}
        ours = all(own.issuperset(each.words) for each in said)  # "item ids" is what an input is called
        raise unknown_input(tool, said) if ours else Refusal.of("no_input", said, tool=tool)
    if place.kind == "set" and place.identifies and blocking == term.negative:
        raise Refusal.of("others_beside", said, input=place)
    return place


def beside(line: Line, tool: ToolWords, term: Beside, blocking: bool = False) -> Logic:
    """The test of a value beside its noun. Raises Refusal where the tool has no such input, or the value is unclear."""
    said = (*term.thing, *term.value.said)
    place = _place(tool, term, blocking)
    not_alone(line, place, term.value)
    text = term.value.text
    numbered = text.startswith("#") and "#" not in place.description  # the sign may be of the id, or stand for "number"
    if numbered or says_its_name(place, term.value) or _says_the_thing(tool, term):
        raise Refusal.of("says_no_value", said, input=place)
    if text.count("/") == 1 and all(text.split("/")) and place.own == ("repo",):
        both = owner_repo(tool, OwnerRepo(term.value))
        return Not(both) if term.negative else both
    if term.after and any(token.stem in place.described for token in term.value.said if token.kind == "word"):
        raise Refusal.of("not_which", said)
    if term.after:
        words = [word for token in (*term.value.said, *term.thing) for word in token.words]
        if tool.does.repeats(term.prep, ["the"], words):
            raise Refusal.of("of_description", said)
    if term.negative:
        return not_value(place, text, True, said)
    if term.prep in {"under", "below", "beneath"} or (text.endswith("/") and place.leaf[-1] in _PLACES):
        return like_test(place, "starts", text if text.endswith("/") else f"{text}/", said)
    if term.prep and place.leaf[-1] in _PLACES and term.prep not in {"at", "of", "for"}:
        raise Refusal.of("path_or_below", said)
    return value_test(place, text, True, said)


def _says_the_thing(tool: ToolWords, term: Beside) -> bool:
    """ "Contractor invoices" of `approve_contractor_invoice`: what that is about, and no contractor of the name."""
    value = term.value
    beside_it = bool(value.said) and value.said[0].start == term.thing[-1].end + 1
    return beside_it and term.prep in {"", "of"} and not value.quoted and stem(value.text.lower()) in tool.name


def owner_repo(tool: ToolWords, term: OwnerRepo) -> Logic:
    """Both halves of "initech/website"."""
    both = [next((found for found in tool.inputs if found.path == (name,)), None) for name in ("owner", "repo")]
    halves = term.value.text.split("/")
    if term.prep not in _WITHIN and any(_PATHS.intersection(found.leaf) for found in tool.inputs):
        raise Refusal.of("branch_or_path", term.value.said)
    if len(halves) != 2 or not all(halves) or both[0] is None or both[1] is None:
        raise Refusal.of("no_input", term.value.said, tool=tool)
    return All(
        tuple(value_test(found, half, True, term.value.said) for found, half in zip(both, halves, strict=True) if found)
    )


def done_by(line: Line, tool: ToolWords, term: DoneBy) -> Logic:
    """ "Owned by initech" (`owner`), "assigned to ana" (`assignee`), "sent to x" (`recipient`), "titled wip"."""
    root = term.verb.removesuffix("ed")
    if term.by:
        ends = ("ee", "e") if term.by == "to" else ("", "er", "or", "r")
        wanted = {root + ending for ending in ends} | (
            {"recipient"} if (term.verb, term.by) == ("sent", "to") else set()
        )
        fits = [found for found in tool.inputs if found.kind == "String" and found.path[-1].lower() in wanted]
    elif term.verb in {"titled", "named"}:
        fits = [found for found in tool.inputs if found.kind == "String" and _titles(tool, found, term.verb)]
    else:
        fits = [found for found in tool.inputs if found.kind in {"String", "set"} and found.leaf == (stem(term.verb),)]
    value = term.value
    if (
        len(fits) != 1
        or singular(value.text.lower()) in PEOPLE_WORDS
        or (term.by and is_plural(value.text.lower()) and not value.quoted)
    ):
        said = f"{term.verb} {term.by}".strip()
        raise Refusal.of("no_input_for_deed", value.said, verb=said, tool=tool)
    not_alone(line, fits[0], value)
    return value_test(fits[0], value.text, True, value.said)


def is_name(tool: ToolWords, found: Input) -> bool:
    """Whether an input is the name of what a tool is about."""
    return _titles(tool, found, "named")


def _titles(tool: ToolWords, found: Input, verb: str) -> bool:
    """Whether an input is what something is titled, or named: `title`, `name`, or `alarmName` on an alarm's tool."""
    own = found.own
    if verb == "titled":
        return own == ("title",)
    return (
        own == ("name",)
        or (own[-1] == "name" and set(found.leaf[:-1]) <= set(tool.name))
        or (found.leaf == tool.name[-1:] and "name" in found.described)
    )
