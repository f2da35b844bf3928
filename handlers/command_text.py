"""What was typed after `/policy`: Slack's escapes made readable, and which of the few things it asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.language.intent import asks_question, greets
from handlers.in_words import in_words, unpolite

_CONTROL = re.compile(r"<([^<>\n]+)>")
_QUOTES = "`'\"‘’“”"
# Some keyboards make a long dash of two short ones.
_OPTION = re.compile(r"(?:^|\s)(?:--|[–—])(for|until|test)(?=\s|$)", re.IGNORECASE)
_OF_POLICIES = ("promote", "demote", "revoke")
_BUTTONS = (*_OF_POLICIES, "undo", "withdraw", "approve", "reject", "extend", "edit")
_NAMED = re.compile(r"[`'\"]?(?:P-[A-Z0-9]{6}(?:\.\d+)?|\w*[_\d]\w*)[`'\"]?", re.IGNORECASE)
"""What may be a proposal's id or a policy's name, and is no word of a rule."""
_MOST_WORDS = 2
"""A command is one word, or one and what it is about; whatever is longer is a rule."""


@dataclass(frozen=True)
class Form:
    """`/policy` alone."""


@dataclass(frozen=True)
class Help:
    """`/policy help`."""


@dataclass(frozen=True)
class Status:
    """`/policy status [ID]`, and another page of it."""

    proposal_id: str = ""
    page: int = 1


@dataclass(frozen=True)
class Who:
    """`/policy who`."""


@dataclass(frozen=True)
class List:
    """`/policy list [TEXT]`."""

    text: str = ""


@dataclass(frozen=True)
class Show:
    """`/policy show NAME`."""

    name: str


@dataclass(frozen=True)
class History:
    """`/policy history NAME`, or of a proposal by its id."""

    subject: str


@dataclass(frozen=True)
class Tools:
    """`/policy tools [TEXT]`."""

    text: str = ""


@dataclass(frozen=True)
class Use:
    """`/policy use [GATEWAY]`: its name, id or ARN, or `default`; empty for those that there are."""

    name: str = ""


@dataclass(frozen=True)
class Tests:
    """`/policy test`, `/policy test list`."""


@dataclass(frozen=True)
class AddTest:
    """`/policy test add NAME allow|deny CLAIM=VALUE … TOOL INPUT=VALUE …`: what follows `add`."""

    text: str


@dataclass(frozen=True)
class RemoveTest:
    """`/policy test remove NAME`."""

    name: str


@dataclass(frozen=True)
class Why:
    """`/policy why CLAIM=VALUE … TOOL INPUT=VALUE …`, or a denial that was pasted; `mentioned` is whom a mention before
    the tool names."""

    text: str
    mentioned: str = ""


@dataclass(frozen=True)
class Can:
    """`/policy can TOOL [when …]`."""

    text: str


@dataclass(frozen=True)
class Ask:
    """`/policy ask QUESTION`."""

    text: str


@dataclass(frozen=True)
class Explain:
    """`/policy explain NAME`."""

    name: str


@dataclass(frozen=True)
class Incomplete:
    """A command without what it is about; `usage` is how it is typed."""

    usage: str


@dataclass(frozen=True)
class OnACard:
    """Something that is done by a button: of a review's card, or of a policy where `policy` names one."""

    deed: str
    policy: str = ""


@dataclass(frozen=True)
class Unsure:
    """Too short for a rule, and nearly a command: `offered` is the command that may be meant."""

    typed: str
    offered: str


@dataclass(frozen=True)
class Rule:
    """Anything else is a rule: `RULE [--for 7 days] [--until TIME] [--test NAME allow|deny CALL]…`.

    `times` is how long it is wanted, as it was typed, such as `for 7 days`; `tests` what follows each `--test`.
    """

    text: str
    times: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()


AboutTests = Tests | AddTest | RemoveTest
Questions = Why | Can | Ask | Explain
Looks = Who | List | Show | History | Tools
Asked = Form | Help | Status | Looks | Use | Questions | AboutTests | Incomplete | OnACard | Unsure | Rule

_ALONE: Mapping[str, Asked] = {
    "help": Help(),
    "?": Help(),
    "status": Status(),
    "who": Who(),
    "list": List(),
    "tools": Tools(),
    "use": Use(),
    "show": Incomplete("show NAME"),
    "history": Incomplete("history NAME"),
    "explain": Incomplete("explain NAME"),
    "why": Incomplete("why role=VALUE TOOL INPUT=VALUE"),
    "can": Incomplete("can TOOL when CONDITION"),
    "ask": Incomplete("ask QUESTION"),
}
_ELSE: Mapping[str, Asked] = {"test": Tests(), "form": Form()}
_ABOUT: Mapping[str, Callable[[str], Asked]] = {
    "status": lambda about: Status(about.upper()),
    "list": List,
    "tools": Tools,
    "use": lambda about: Use(about.strip(_QUOTES)),
    "show": lambda about: Show(about.strip(_QUOTES)),
    "history": lambda about: History(about.strip(_QUOTES)),
    "explain": lambda about: Explain(about.strip(_QUOTES)),
}
_MENTIONED = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>\s*")
_CALLED = re.compile(r"^(?:the )?(?:policy|rule) +", re.IGNORECASE)
_REQUESTED = re.compile(r"can (?:you|we)\b", re.IGNORECASE)


def read_command(text: str) -> Asked:
    """What the text after the command asks for."""
    typed = readable(text).strip()
    parts = typed.split()
    if not parts:
        return Form()
    if said := _in_words(typed):
        return said
    if len(short := unpolite(typed).split()) in range(1, _MOST_WORDS + 1):
        parts = short
    first, about = parts[0].lower(), parts[1:]
    if first in ("test", "tests") and (found := _about_tests([each.lower() for each in about], typed)):
        return found
    if about and (question := _question(first, text.strip()[len(first) :].strip(), typed)):
        return question
    if len(parts) > _MOST_WORDS:
        return Ask(typed) if asks_question(typed) else read_rule(typed)
    if first in _BUTTONS and (not about or _NAMED.fullmatch(about[0])):
        return OnACard(first, about[0].strip(_QUOTES) if about and first in _OF_POLICIES else "")
    if first in (_ABOUT if about else _ALONE):
        return _ABOUT[first](about[0]) if about else _ALONE[first]
    if meant := _nearest(first, _ABOUT if about else _ALONE):
        return Unsure(typed, " ".join([meant, *about]))
    return Rule(typed)


def _in_words(typed: str) -> Asked | None:
    """What is asked for in other words than a command's."""
    if greets(typed):
        return Help()
    word, policy = in_words(typed) or ("", "")
    if word in _BUTTONS:
        return OnACard(word, policy)
    return _ELSE[word] if word in _ELSE else _ALONE.get(word)


def _question(first: str, rest: str, typed: str) -> Asked | None:
    """What is asked of the policies that stand; None for what is something else, such as “can you allow …”."""
    if first == "why":
        found = _MENTIONED.match(rest)
        return Why(readable(rest[found.end() :] if found else rest).strip(), found[1] if found else "")
    if first == "can":
        return None if _REQUESTED.match(typed) else Can(readable(rest).strip())
    if first == "explain":
        said = _CALLED.sub("", readable(rest)).strip(_QUOTES + " ?!.")
        return Why(said[len("why ") :]) if said.startswith("why ") else Explain(said)
    if first in ("ask", "ask:"):
        return Ask(readable(rest).strip(_QUOTES + " "))
    return None


def read_rule(typed: str) -> Rule:
    """A rule with the options that follow it. What a rule itself says of time, or of tests, is not touched."""
    rule, *rest = _OPTION.split(typed)
    options = [(rest[at].lower(), rest[at + 1].strip()) for at in range(0, len(rest), 2)]
    times = tuple(f"{name} {said}" for name, said in options if name != "test")
    return Rule(rule.strip(), times, tuple(said for name, said in options if name == "test"))


def _about_tests(about: list[str], typed: str) -> Asked | None:
    """What is asked of the tests; None for what is a rule after all."""
    if about in ([], ["list"]):
        return Tests()
    rest = typed.split(None, 2)[2] if len(about) > 1 else ""
    if about[0] == "add":
        return AddTest(rest) if rest else Incomplete("test add NAME allow|deny CLAIM=VALUE TOOL INPUT=VALUE")
    if about[0] == "remove":
        return RemoveTest(rest.strip(_QUOTES)) if rest else Incomplete("test remove NAME")
    return None


def _nearest(word: str, commands: Mapping[str, object]) -> str:
    """The command that a word is a slip of the keys away from, or two in a long one; empty when there is none."""
    near = [each for each in commands if each.isalpha() and OSA.distance(word, each) <= (1 if len(each) < 6 else 2)]
    return min(near, key=lambda each: OSA.distance(word, each), default="")


def readable(text: str) -> str:
    """The text as it was typed: mentions and links by their names, entities as characters.

    The result is data. Whoever shows it in Slack puts it where Slack does not parse it, or escapes it again.
    """
    return _CONTROL.sub(_spoken, text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _spoken(match: re.Match[str]) -> str:
    target, _, label = match.group(1).partition("|")
    if target.startswith("@"):
        return f"@{label.removeprefix('@') or target[1:]}"
    if target.startswith("#"):
        return f"#{label.removeprefix('#') or target[1:]}"
    if target.startswith("!"):
        name = target[1:].removeprefix("subteam^").partition("^")[0]
        return f"@{label.removeprefix('@') or name}"
    address = target.removeprefix("mailto:").removeprefix("tel:")
    return address if label in ("", address, target) or address.endswith(f"//{label}") else f"{label} ({address})"
