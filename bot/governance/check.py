"""What is wrong with who may do what, although the text can be used: asked of the solver, over every person and change.

A finding is a sentence with the file and, where one policy is meant, its line. Said at start, and by
`policybot governance check FILE`. What could not be decided is said to be not analysed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from bot.analysis.files.policy_files import read_schema
from bot.analysis.sets.described import Described, Witness
from bot.analysis.sets.policies import Parsed, parse
from bot.analysis.sets.search import Impossible, Unknown
from bot.analysis.sets.session import Deadline, Limits, Session
from bot.errors import GovernanceError
from bot.governance.expressions import mixed
from bot.governance.facts import ACTS, ENUMERATED, Action
from bot.governance.governance import Governance
from bot.governance.reading import SCHEMA_FILE, Rule
from bot.governance.sentences import DEEDS

NOTHING, FINDINGS, BAD_TEXT = 0, 1, 2

# What holds of every request that the bot makes.
_POSSIBLE = (
    "(resource is Route && resource == context.route) || (resource is Change && "
    + " && ".join(
        f"[{', '.join(f'{chr(34)}{word}{chr(34)}' for word in words)}].contains(resource.{fact})"
        for fact, words in ENUMERATED.items()
    )
    + ")"
)
_CHANGES: Mapping[str, str] = {
    "": "anything",
    "resource.widens": "a widening change (resource.widens)",
    "resource.narrows": "a narrowing change (resource.narrows)",
    **{f'resource.act == "{act}"': f'a change with resource.act == "{act}"' for act in ACTS},
}
_STRANGERS: Mapping[str, str] = {
    "guest": "Guests",
    "outsider": "People of other workspaces",
    "bot": "Apps and bots",
    "deleted": "People who left",
}
_Outcome = TypeVar("_Outcome")
_EVERYTHING = {"everything": parse("permit(principal, action, resource);")}


def check(path: Path, limits: Limits | None = None) -> tuple[tuple[str, ...], int]:
    """What `policybot governance check FILE` prints, and its exit code: 0 when there is nothing to say, 1 when there
    is, 2 when the text cannot be used."""
    try:
        governance = Governance.load(path)
    except GovernanceError as error:
        return error.problems, BAD_TEXT
    found = findings(governance, limits)
    return found, FINDINGS if found else NOTHING


def findings(governance: Governance, limits: Limits | None = None) -> tuple[str, ...]:
    """What is wrong with a text that can be used; empty when it is proved that nothing is. `limits` hold for all of it.

    It takes a second or so of processor time, and waits for nothing.
    """
    return tuple(dict.fromkeys(_Check(governance, limits or Limits()).lines()))


class _Check:
    """The questions, each a policy that describes the requests it is about."""

    def __init__(self, governance: Governance, limits: Limits) -> None:
        self._governance = governance
        self._policies = {rule.name: parse(rule.statement) for rule in governance.rules}
        self._session = Session(*read_schema(SCHEMA_FILE))
        self._deadline = Deadline(limits)
        self._unknown: dict[str, None] = {}

    def lines(self) -> Iterator[str]:
        nobody = self._unapprovable()
        for rule in self._governance.rules:
            yield from (f"{self._governance.source}:{rule.line}: {said}" for said in self._of_rule(rule, nobody))
        said = [*self._nobody(nobody), *self._themselves(), *self._strangers()]
        yield from (f"{self._governance.source}: {each}" for each in said)
        yield from (f"{self._governance.source}: Not analysed: {reason}." for reason in self._unknown)

    def _of_rule(self, rule: Rule, nobody: Sequence[str]) -> Iterator[str]:
        if self._never(rule.statement, _EVERYTHING):
            yield f"The policy “{rule.name}” never applies: its scope and conditions are never true together."
            return
        if not rule.permits:
            return
        if forbids := self._shadow(rule):
            yield f"The policy “{rule.name}” permits nothing: {forbids} always refuses it."
        elif rule.marked:
            yield from self._out_of_reach(rule, nobody)
        if rule.marked and mixed(rule.est):
            yield (
                f"A clause of the policy “{rule.name}” asks about the person and about the change at once, so its "
                "votes are taken to be needed for every change. Write two clauses, one about principal and one about "
                "resource."
            )

    def _shadow(self, rule: Rule) -> str:
        """The forbids that leave nothing of a permit; empty when something is left."""
        forbids = {each.name: self._policies[each.name] for each in self._governance.rules if not each.permits}
        alone = {rule.name: self._policies[rule.name]}
        if not forbids or not self._never(rule.statement, {**alone, **forbids}):
            return ""
        for name, forbid in forbids.items():
            if self._never(rule.statement, {**alone, name: forbid}):
                return f"“{name}”"
        return "one forbid or another"

    def _out_of_reach(self, rule: Rule, nobody: Sequence[str]) -> Iterator[str]:
        """A requirement that too few people, or nobody, can meet: on any change, or on those of one kind."""
        for which in [] if "" in nobody else [each for each in _CHANGES if each not in nobody]:
            applies = _with(rule.applies, _approve(which))
            votes = _with(rule.statement, _approve(which))
            if not self._never(applies, _EVERYTHING) and self._never(votes, self._policies):
                yield (
                    f"Nobody can ever approve {_CHANGES[which]} that the policy “{rule.name}” applies to: whoever it "
                    "permits is refused by a forbid, or it permits nobody."
                )
                if not which:
                    return
        people = self._few(rule)
        if people is not None and len(people) < rule.quorum:
            yield (
                f"The policy “{rule.name}” takes {rule.quorum} votes, and only {len(people)} can ever be given: by "
                f"{' and '.join(people)}."
            )

    def _few(self, rule: Rule) -> list[str] | None:
        """The people who can ever vote for a requirement; None when there is no end of them."""
        people: list[str] = []
        while True:
            others = [f'principal != Person::"{each}"' for each in people]
            asked = _with(rule.statement, " && ".join([_approve(""), *others]))
            found = self._ask(asked, self._policies)
            if not isinstance(found, Witness):
                return people if isinstance(found, Impossible) else None
            # Policies know people that they do not name by facts only, and of such there are as many as one likes.
            if found.request.principal[1] not in self._governance.people:
                return None
            people.append(found.request.principal[1])

    def _unapprovable(self) -> list[str]:
        """The kinds of change that nobody can ever approve; of all of them, the one that means any change."""
        found = [which for which in _CHANGES if self._never(_question(Action.APPROVE, which), self._policies)]
        return [""] if "" in found else found

    def _nobody(self, unapprovable: Sequence[str]) -> Iterator[str]:
        others = [
            action for action in (Action.PROPOSE, Action.REJECT) if self._never(_question(action), self._policies)
        ]
        for deed in [*(f"approve {_CHANGES[which]}" for which in unapprovable), *(DEEDS[action] for action in others)]:
            yield f"Nobody can ever {deed}: no policy permits it, or a forbid refuses all that one permits."

    def _themselves(self) -> Iterator[str]:
        found = self._ask(_question(Action.APPROVE, "resource.requester == principal"), self._policies)
        if isinstance(found, Witness):
            yield (
                f"Whoever proposes a change could approve it themselves, by {_names(found)}. To forbid it: forbid "
                '(principal, action == Action::"approve", resource) when { resource.requester == principal };'
            )

    def _strangers(self) -> Iterator[str]:
        any_of_them = " || ".join(f"principal.{fact}" for fact in _STRANGERS)
        suspect = [action for action in Action if not self._never(_question(action, any_of_them), self._policies)]
        for fact, words in _STRANGERS.items():
            about = {action: self._ask(_question(action, f"principal.{fact}"), self._policies) for action in suspect}
            found = {action: each for action, each in about.items() if isinstance(each, Witness)}
            if found:
                by = dict.fromkeys(_names(each) for each in found.values())
                yield (
                    f"{words} could {', '.join(DEEDS[action] for action in found)}, by {', '.join(by)}. To forbid it: "
                    f"forbid (principal, action, resource) when {{ principal.{fact} }};"
                )

    def _never(self, about: str, policies: Mapping[str, Parsed]) -> bool:
        """Proved: of the requests that `about` describes, the policies allow none."""
        return isinstance(self._noted(self._described(about, policies).some(allowed=True)), Impossible)

    def _ask(self, about: str, policies: Mapping[str, Parsed]) -> Witness | Impossible | Unknown:
        """A request that `about` describes and the policies allow."""
        return self._noted(self._described(about, policies).first(allowed=True))

    def _described(self, about: str, policies: Mapping[str, Parsed]) -> Described:
        return Described(self._session, policies, parse(_with(about, _POSSIBLE)), "", self._deadline)

    def _noted(self, found: _Outcome) -> _Outcome:
        if isinstance(found, Unknown):
            self._unknown[found.reason.rstrip(".")] = None
        return found


def _question(action: Action, which: str = "true") -> str:
    return _with(f'permit(principal, action == Action::"{action}", resource);', which or "true")


def _approve(which: str) -> str:
    return f'action == Action::"approve" && {which or "true"}'


def _with(statement: str, clause: str) -> str:
    """A policy with one more condition. Its last character is the semicolon, which no comment can hide."""
    return f"{statement[:-1]} when {{ {clause} }};"


def _names(found: Witness) -> str:
    return " and ".join(f"“{name}”" for name in found.decided.reasons)
