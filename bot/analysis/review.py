"""What a reviewer should know of a policy beside the engine's others, in sentences with what to do about each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.analysis.change import Example
from bot.analysis.difference import example_of
from bot.analysis.findings import Finding, policy_findings
from bot.analysis.sets.compare import Comparison, Shown
from bot.analysis.sets.concrete import Concrete
from bot.analysis.sets.policies import Parsed, parse, readable_policies
from bot.analysis.sets.relations import Related, Relations
from bot.analysis.sets.search import Found
from bot.analysis.sets.session import Deadline, Limits, Session, session_for, started
from bot.cedar.schema import GatewaySchema

Kind = Literal[
    "INVALID",
    "ALLOW_ALL",
    "ALLOW_NONE",
    "DENY_ALL",
    "DENY_NONE",
    "equivalent",
    "shadowed",
    "overridden",
    "redundant",
    "may error",
    "not analysed",
]
_ADVICE: Mapping[str, str] = {
    "INVALID": "Name tools, inputs and values as the gateway has them.",
    "ALLOW_ALL": "Add who may, or a condition, unless everyone is meant.",
    "ALLOW_NONE": "Check the conditions: they contradict each other, or the scope.",
    "DENY_ALL": "Add a condition, unless nobody is meant.",
    "DENY_NONE": "Check the conditions: they contradict each other, or the scope.",
    "equivalent": "Leave it out, or replace the one there is.",
    "shadowed": "Leave it out, or narrow the wider policy first.",
    "overridden": "Make an exception in the forbid, or leave this out: it would allow nothing.",
    "redundant": "Leave it out: no request would be decided otherwise.",
    "may error": "Guard the expression, for example with a lower and upper bound on the input.",
    "not analysed": "Read the policy itself; nothing is proved about this part.",
}


@dataclass(frozen=True)
class ReviewFinding:
    """One thing to know, with the policies it names and, where there is one, a request that Cedar confirms."""

    kind: Kind
    sentence: str
    policies: tuple[str, ...] = ()
    example: Example | None = None

    @property
    def advice(self) -> str:
        """What to do about it."""
        return _ADVICE[self.kind]


def review_findings(
    existing: Mapping[str, str],
    name: str,
    candidate: str,
    schema: GatewaySchema,
    limits: Limits | Deadline | None = None,
) -> tuple[ReviewFinding, ...]:
    """All findings of a candidate policy beside the policies that an engine has; empty when there is nothing to say."""
    deadline = started(limits)
    own = tuple(_own(finding) for finding in policy_findings(candidate, schema, deadline) if _says(finding))
    if any(finding.kind == "INVALID" for finding in own):
        return own
    others, unread = readable_policies({other: text for other, text in existing.items() if other != name})
    try:
        policy = parse(candidate)
    except RecursionError:
        return own
    review = _Review(session_for(schema), others, name, policy, deadline)
    found = [*own, *review.errors(), *review.relations()]
    if unread:
        found.append(not_analysed(*unread.values()))
    return tuple(finding for position, finding in enumerate(found) if finding not in found[:position])


def _says(finding: Finding) -> bool:
    return finding.type != "VALID" or bool(finding.description)


def _own(finding: Finding) -> ReviewFinding:
    if finding.type == "VALID":
        return ReviewFinding("not analysed", finding.description)
    return ReviewFinding(finding.type, finding.description)


def not_analysed(*reasons: str) -> ReviewFinding:
    """What could not be decided, and why."""
    return ReviewFinding("not analysed", f"Not analysed: {'; '.join(dict.fromkeys(reasons))}.")


class _Review:
    """A candidate beside other policies."""

    def __init__(
        self, session: Session, others: Mapping[str, Parsed], name: str, candidate: Parsed, deadline: Deadline
    ) -> None:
        self._name = name
        self._permits = candidate.permits
        everything = {**others, name: candidate}
        self._asked = Relations(session, everything, deadline)
        self._comparison = Comparison(session, others, everything, deadline)

    def errors(self) -> Iterator[ReviewFinding]:
        """Whether some request makes the candidate's evaluation end in an error."""
        found, unknown = self._asked.failure(self._name)
        if found:
            yield error_finding(found, self._name, permits=self._permits, example=self._example(found.request))
        elif unknown:
            yield not_analysed(*unknown)

    def _example(self, request: Concrete) -> Example:
        return example_of(Shown(request, *self._comparison.decisions(request)))

    def relations(self) -> Iterator[ReviewFinding]:
        """Which policies leave the candidate without effect."""
        return relation_findings(self._asked.related(self._name), permits=self._permits)


def error_finding(found: Found, name: str, *, permits: bool, example: Example | None) -> ReviewFinding:
    """A policy's evaluation can end in an error, as the request found shows."""
    message = found.verdict.errors[name].split(": ", 1)[-1]
    means = "is not allowed by it" if permits else "is not denied by it: the forbid fails open"
    return ReviewFinding(
        "may error",
        f"Its evaluation can end in an error ({message}); Cedar then skips the policy, so that the request {means}.",
        example=example,
    )


def relation_findings(related: Related, *, permits: bool) -> Iterator[ReviewFinding]:
    """How a policy stands to others, in sentences."""
    verb, done = ("allows", "allowed") if permits else ("denies", "denied")
    if related.equivalent:
        sentence = f"It matches exactly the requests that {_listed(related.equivalent)} matches."
        yield ReviewFinding("equivalent", sentence, related.equivalent)
    if related.shadowing:
        sentence = f"Everything that it {verb} is {done} by {_listed(related.shadowing)} already."
        yield ReviewFinding("shadowed", sentence, related.shadowing)
    if related.overriding:
        sentence = f"Everything that it allows is denied by {_listed(related.overriding)}: a forbid wins."
        yield ReviewFinding("overridden", sentence, related.overriding)
    if related.redundant is not None:
        because = f", because of {_listed(related.redundant)}" if related.redundant else ""
        yield ReviewFinding("redundant", f"With it, no request is decided otherwise{because}.", related.redundant)
    if related.unknown:
        yield not_analysed(*related.unknown)


def _listed(names: tuple[str, ...]) -> str:
    if len(names) > 5:
        return f"{', '.join(names[:5])} and {len(names) - 5} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
