"""What a reviewer should know of a policy beside the engine's others, in sentences with what to do about each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.analysis.change import Example
from bot.analysis.difference import example_of
from bot.analysis.findings import Finding, policy_findings
from bot.analysis.promotion import promoted
from bot.analysis.sets.compare import Comparison, Shown
from bot.analysis.sets.concrete import Concrete
from bot.analysis.sets.policies import Parsed, parse
from bot.analysis.sets.relations import Related, Relations
from bot.analysis.sets.search import Found
from bot.analysis.sets.session import Deadline, Limits, Session, session_for, started
from bot.analysis.standing import Standing
from bot.analysis.stood import Stood, stood
from bot.analysis.vocabulary import MEANING, Kind
from bot.cedar.schema import GatewaySchema


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
        return MEANING[self.kind].advice


def review_findings(
    standing: Standing,
    name: str,
    candidate: str,
    schema: GatewaySchema,
    limits: Limits | Deadline | None = None,
    *,
    candidate_free: bool = False,
) -> tuple[ReviewFinding, ...]:
    """All findings of a candidate policy beside what stands; empty when there is nothing to say.

    They hold whatever becomes of the uncertain policies; with `candidate_free`, also whatever the candidate's other
    conditions are.
    """
    deadline = started(limits)
    own = tuple(_own(finding) for finding in policy_findings(candidate, schema, deadline) if _says(finding))
    if any(finding.kind is Kind.INVALID for finding in own):
        return own
    there = stood(standing, name)
    review = _Review(session_for(schema), there, name, parse(candidate), deadline)
    found = [*own, *review.errors(), *review.relations(), *review.log_only()]
    if candidate_free:
        found = [each for finding in found if (each := _whatever_else(finding))]
    if there.unknown:
        found.append(not_analysed(*there.unknown))
    return tuple(finding for position, finding in enumerate(found) if finding not in found[:position])


def _whatever_else(finding: ReviewFinding) -> ReviewFinding | None:
    """What holds of a policy when its text is the widest that it can mean."""
    if finding.kind in (Kind.ALLOW_ALL, Kind.DENY_ALL):
        return None
    if finding.kind is Kind.LOG_ONLY:
        return replace(finding, sentence=finding.sentence.replace(" would ", " could "))
    if finding.kind is Kind.EQUIVALENT:
        sentence = f"It matches no request that {_listed(finding.policies)} does not match."
        return replace(finding, kind=Kind.SHADOWED, sentence=sentence)
    return finding


def _says(finding: Finding) -> bool:
    return finding.type != "VALID" or bool(finding.description)


def _own(finding: Finding) -> ReviewFinding:
    if finding.type == "VALID":
        return ReviewFinding(Kind.NOT_ANALYSED, finding.description)
    return ReviewFinding(Kind(finding.type), finding.description)


def not_analysed(*reasons: str) -> ReviewFinding:
    """What could not be decided, and why."""
    return ReviewFinding(Kind.NOT_ANALYSED, f"Not analysed: {'; '.join(dict.fromkeys(reasons))}.")


class _Review:
    """A candidate beside what stands."""

    def __init__(self, session: Session, there: Stood, name: str, candidate: Parsed, deadline: Deadline) -> None:
        self._session = session
        self._there = there
        self._name = name
        self._candidate = candidate
        self._deadline = deadline
        self._others = {other: policy for other, policy in there.enforced.items() if other != name}
        everything = {**self._others, name: candidate}
        self._asked = Relations(session, everything, deadline)
        self._comparison = Comparison(session, self._others, everything, deadline)

    def errors(self) -> Iterator[ReviewFinding]:
        """Whether some request makes the candidate's evaluation end in an error."""
        found, unknown = self._asked.failure(self._name)
        if found:
            example = self._example(found.request)
            yield error_finding(found, self._name, permits=self._candidate.permits, example=example)
        elif unknown:
            yield not_analysed(*unknown)

    def _example(self, request: Concrete) -> Example:
        return example_of(Shown(request, *self._comparison.decisions(request)))

    def relations(self) -> Iterator[ReviewFinding]:
        """Which of the policies that surely stand leave the candidate without effect."""
        related = self._asked.related(self._name)
        if related.redundant is not None:
            related = replace(related, redundant=self._redundant(related.redundant))
        return relation_findings(related, permits=self._candidate.permits)

    def _redundant(self, beside: tuple[str, ...]) -> tuple[str, ...] | None:
        """What leaves the candidate without effect, given what does so beside the policies that surely stand.

        A forbid that nothing needs today may be needed beside a permit that is uncertain; and what the candidate
        replaces goes.
        """
        if self._name in self._there.enforced:
            return None
        if self._candidate.permits:
            return beside
        if self._there.unknown:
            return None
        permits = {name: policy for name, policy in self._there.maybe.items() if policy.permits}
        if not permits:
            return beside
        everything = {**self._others, **permits, self._name: self._candidate}
        return Relations(self._session, everything, self._deadline).related(self._name).redundant

    def log_only(self) -> Iterator[ReviewFinding]:
        """What the policies that are only logged would do beside the candidate, if they were enforced too."""
        for names, sentence in promoted(self._session, self._there, self._name, self._candidate, self._deadline):
            yield ReviewFinding(Kind.LOG_ONLY, sentence, names)


def error_finding(found: Found, name: str, *, permits: bool, example: Example | None) -> ReviewFinding:
    """A policy's evaluation can end in an error, as the request found shows."""
    message = found.verdict.errors[name].split(": ", 1)[-1]
    means = "is not allowed by it" if permits else "is not denied by it: the forbid fails open"
    return ReviewFinding(
        Kind.MAY_ERROR,
        f"Its evaluation can end in an error ({message}); Cedar then skips the policy, so that the request {means}.",
        example=example,
    )


def relation_findings(related: Related, *, permits: bool) -> Iterator[ReviewFinding]:
    """How a policy stands to others, in sentences."""
    verb, done = ("allows", "allowed") if permits else ("denies", "denied")
    if related.equivalent:
        sentence = f"It matches exactly the requests that {_listed(related.equivalent)} matches."
        yield ReviewFinding(Kind.EQUIVALENT, sentence, related.equivalent)
    if related.shadowing:
        sentence = f"Everything that it {verb} is {done} by {_listed(related.shadowing)} already."
        yield ReviewFinding(Kind.SHADOWED, sentence, related.shadowing)
    if related.overriding:
        sentence = f"Everything that it allows is denied by {_listed(related.overriding)}: a forbid wins."
        yield ReviewFinding(Kind.OVERRIDDEN, sentence, related.overriding)
    if related.redundant is not None:
        because = f", because of {_listed(related.redundant)}" if related.redundant else ""
        yield ReviewFinding(Kind.REDUNDANT, f"With it, no request is decided otherwise{because}.", related.redundant)
    if related.unknown:
        yield not_analysed(*related.unknown)


def _listed(names: tuple[str, ...]) -> str:
    if len(names) > 5:
        return f"{', '.join(names[:5])} and {len(names) - 5} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
