"""What AgentCore itself finds in a policy: alone, as at generation; with the whole engine, as at create and update."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from bot.analysis.model import Environment
from bot.analysis.sets.always import Decisions
from bot.analysis.sets.policies import Parsed, parse, readable_policies
from bot.analysis.sets.search import Impossible, Outcome, Search, Unknown
from bot.analysis.sets.session import Deadline, Limits, Session, session_for, started
from bot.analysis.standing import Standing
from bot.cedar.schema import GatewaySchema
from bot.errors import PolicyError

FindingType = Literal["VALID", "INVALID", "ALLOW_ALL", "ALLOW_NONE", "DENY_ALL", "DENY_NONE"]
ANY_FUTURE_TOOLS = "Any Future Tools"


@dataclass(frozen=True)
class Finding:
    """One finding of a policy by itself. A valid policy that was not analysed wholly says so in its description."""

    type: FindingType
    description: str = ""


def invalid_words(errors: Iterable[str]) -> str:
    """Why a policy does not fit its schema, as one sentence, without Cedar's own name for the policy."""
    return "; ".join(error.replace("for policy `policy0`, ", "").rstrip(".") for error in errors) + "."


def policy_findings(
    statement: str, schema: GatewaySchema, limits: Limits | Deadline | None = None
) -> tuple[Finding, ...]:
    """The findings of one policy in isolation. There is always at least one."""
    try:
        policy = parse(statement)
    except PolicyError as error:
        return (Finding("INVALID", str(error)),)
    errors = schema.validate(statement)
    if errors:
        return (Finding("INVALID", invalid_words(errors)),)
    return scope_findings(policy, session_for(schema), started(limits))


def scope_findings(policy: Parsed, session: Session, deadline: Deadline) -> tuple[Finding, ...]:
    """The findings of a valid policy over the request environments of its scope."""
    alone = _Alone(policy, session, deadline)
    never = alone.never()
    if isinstance(never, Impossible):
        kind: FindingType = "ALLOW_NONE" if policy.permits else "DENY_NONE"
        return (Finding(kind, _ineffective(policy)),)
    always, unknown = [], [never.reason] if isinstance(never, Unknown) else []
    for environment in alone.environments:
        outcome = alone.outside(environment)
        if isinstance(outcome, Impossible):
            always.append(environment)
        elif isinstance(outcome, Unknown):
            unknown.append(outcome.reason)
    if always:
        kind = "ALLOW_ALL" if policy.permits else "DENY_ALL"
        sentence = overly_permissive if policy.permits else overly_restrictive
        named = combinations(policy, always, alone.environments)
        return tuple(Finding(kind, sentence(principal, action)) for principal, action in named)
    return (Finding("VALID", f"Not analysed: {unknown[0]}." if unknown else ""),)


class _Alone:
    """One policy, and nothing else."""

    def __init__(self, policy: Parsed, session: Session, deadline: Deadline) -> None:
        self._policy = policy
        self._session = session
        self._deadline = deadline
        model = session.model
        self.environments = [each for each in model.environments if policy.applies(each, model)]

    def _search(self, environment: Environment) -> Search:
        return Search(self._session, environment, {"": self._policy}, self._deadline)

    def never(self) -> Outcome:
        """A request that the policy matches, in any environment."""
        searches = [self._search(environment) for environment in self.environments]
        asks: list[Callable[[], Outcome]] = [partial(search.find_matching, "") for search in searches]
        return searches[0].first(asks) if searches else Impossible()

    def outside(self, environment: Environment) -> Outcome:
        """A request of an environment that the policy does not match."""
        search = self._search(environment)
        return search.first([lambda: search.find([], ("",), lambda verdict: "" not in verdict.matching)])


def _ineffective(policy: Parsed) -> str:
    verb = "allow" if policy.permits else "deny"
    return f"Ineffective: Policy will not {verb} any request: its scope and conditions are never true together."


def overly_permissive(principal: str, action: str) -> str:
    """The service's sentence for an engine that allows everything of a combination."""
    return _sentence("Overly Permissive", "allow", principal, action)


def overly_restrictive(principal: str, action: str) -> str:
    """The service's sentence for an engine that denies everything of a combination."""
    return _sentence("Overly Restrictive", "deny", principal, action)


def _sentence(kind: str, verb: str, principal: str, action: str) -> str:
    return (
        f"{kind}: Policy Engine will {verb} every request for the specified principal ({principal}), action ({action}) "
        "and resource (gateway/*) combination if the policy is added or updated"
    )


def combinations(
    policy: Parsed, found: Sequence[Environment], scope: Sequence[Environment]
) -> Iterator[tuple[str, str]]:
    """Principal types and actions as the service names them: a policy for every action of every gateway that has the
    finding for all tools of a principal type has it for "Any Future Tools"."""
    open_ended = policy.est["action"]["op"] == "All" and policy.est["resource"]["op"] == "is"
    for principal in dict.fromkeys(environment.principal for environment in found):
        actions = [environment.action[1] for environment in found if environment.principal == principal]
        if open_ended and len(actions) == sum(environment.principal == principal for environment in scope):
            actions = [ANY_FUTURE_TOOLS]
        yield from ((principal, action) for action in actions)


def engine_findings(
    standing: Standing,
    name: str,
    candidate: str,
    schemas: Sequence[GatewaySchema],
    limits: Limits | Deadline | None = None,
) -> tuple[str, ...]:
    """Why CreatePolicy or UpdatePolicy fails under FAIL_ON_ANY_FINDINGS; empty when it does not.

    Every policy of the engine counts, whatever its mode, but for one of the candidate's name. What counts are the
    principal types and tools in the candidate's scope for which it can match some request. What cannot be analysed is a
    reason too. Raises PolicyError when the candidate cannot be parsed.
    """
    deadline = started(limits)
    policy = parse(candidate)
    existing = {**standing.log_only, **standing.enforced}
    existing.update((each.name, each.statement) for each in standing.uncertain if each.statement is not None)
    others, unread = readable_policies({other: text for other, text in existing.items() if other != name})
    missing = [f"{each.name} {each.why}" for each in standing.uncertain if each.statement is None]
    reasons: dict[str, None] = {f"Not analysed: {reason}": None for reason in (*unread.values(), *missing)}
    for schema in schemas:
        session = session_for(schema)
        model = session.model
        scope = [environment for environment in model.environments if policy.applies(environment, model)]
        results = [(each, _Engine(session, each, others, name, policy, deadline).result()) for each in scope]
        for kind, sentence in (("allows", overly_permissive), ("denies", overly_restrictive)):
            found = [environment for environment, result in results if result == kind]
            reasons.update(dict.fromkeys(sentence(*pair) for pair in combinations(policy, found, scope)))
        reasons.update(
            dict.fromkeys(f"Not analysed: {result.reason}" for _, result in results if isinstance(result, Unknown))
        )
    return tuple(reasons)


class _Engine:
    """An engine with a candidate policy, in one environment of the candidate's scope."""

    def __init__(
        self,
        session: Session,
        environment: Environment,
        others: Mapping[str, Parsed],
        name: str,
        candidate: Parsed,
        deadline: Deadline,
    ) -> None:
        after = {
            each: policy
            for each, policy in {**others, name: candidate}.items()
            if policy.applies(environment, session.model)
        }
        self._name = name
        self._candidate = candidate
        self._search = Search(session, environment, after, deadline)
        self._decisions = Decisions(self._search, after, name)

    def result(self) -> Literal["allows", "denies", "both"] | Unknown:
        """Whether the engine allows every request, denies every request, or does both; "both" also where the candidate
        matches nothing and so changes nothing."""
        can_match = self._search.first([partial(self._search.find_matching, self._name)])
        if isinstance(can_match, Unknown):
            return can_match
        if isinstance(can_match, Impossible):
            return "both"
        denied = can_match if not self._candidate.permits else self._decisions.denied()
        allowed = self._decisions.allowed()
        for outcome, kind in ((denied, "allows"), (allowed, "denies")):
            if isinstance(outcome, Impossible):
                return kind  # type: ignore[return-value]
        return next((outcome for outcome in (denied, allowed) if isinstance(outcome, Unknown)), "both")
