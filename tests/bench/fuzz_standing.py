"""Random engines with enforced, log-only and uncertain policies: every claim about a candidate against brute force.

    python tests/bench/fuzz_standing.py --seed 1 --rounds 200

The policies are made of few conditions, and the requests are all that these conditions can tell apart, so that what
holds of these requests holds of every request. Each claim is held against Cedar's decisions on all of them, for every
choice among the uncertain policies. Prints the counts; the first disagreement ends the run with a traceback.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations, product

from bot.analysis import (
    Change,
    Limits,
    ReviewFinding,
    Standing,
    Uncertain,
    analyse,
    readings,
    same_change,
)
from bot.cedar import GatewaySchema, Request, evaluate, gateway_from_api, schema_for
from bot.cedar.gateway import IAM_ENTITY, OAUTH_USER

_ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/desk-gateway-a1b2c3d4e5"
_INTEGER = {"type": "object", "properties": {"amount": {"type": "integer"}}, "required": ["amount"]}
_TOOLS = [{"name": name, "description": name, "inputSchema": _INTEGER} for name in ("refund", "close")]
_ACTIONS = ("Desk___refund", "Desk___close")
_AMOUNTS = (1, 3, 4, 7)
_ROLES = (None, "a", "b", "else")
_TEAMS = (None, "x")
_IDS = ("alice", "bob", "⁂")
_ATOMS = (
    "context.input.amount < 3",
    "context.input.amount > 5",
    "context.input.amount == 4",
    '{tag}("role") && principal.getTag("role") == "a"',
    '{tag}("role") && ["a", "b"].contains(principal.getTag("role"))',
    '{tag}("role")',
    '{tag}("team") && principal.getTag("team") == "x"',
    'principal.id == "alice"',
    "principal is AgentCore::IamEntity",
)
_TAG = "principal is AgentCore::OAuthUser && principal.hasTag"
_EVERYTHING = "permit(principal, action, resource);"
Key = int
Worlds = list[tuple[frozenset[int], frozenset[int]]]
"""For each choice, what is allowed before and after."""


def gateway() -> GatewaySchema:
    """The gateway that all is about."""
    target = {"mcp": {"lambda": {"toolSchema": {"inlinePayload": _TOOLS}}}}
    return schema_for(
        gateway_from_api(
            {"gatewayArn": _ARN, "name": "desk-gateway", "authorizerType": "CUSTOM_JWT"},
            [{"name": "Desk", "targetConfiguration": target}],
        )
    )


def _requests() -> Iterator[Request]:
    for action, amount, name in product(_ACTIONS, _AMOUNTS, _IDS):
        yield Request(IAM_ENTITY, name, action, _ARN, {"amount": amount})
        for role, team in product(_ROLES, _TEAMS):
            tags = {key: value for key, value in (("role", role), ("team", team)) if value is not None}
            yield Request(OAUTH_USER, name, action, _ARN, {"amount": amount}, tags)


class Fuzz:
    """One run: counts what was compared, and raises AssertionError on the first disagreement."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.counts: Counter[str] = Counter()
        self._random = random.Random(seed)
        self._schema = gateway()
        self._requests = list(_requests())
        self.meets = cache(self._meets)

    def run(self, rounds: int) -> Counter[str]:
        """Fuzz this many engines."""
        for _ in range(rounds):
            self._round()
            self.counts["engines"] += 1
        return self.counts

    def statement(self) -> str:
        """A random policy."""
        choose = self._random.choice
        principal = choose(
            ("principal",) * 3
            + ("principal is AgentCore::OAuthUser",) * 3
            + ("principal is AgentCore::IamEntity", 'principal == AgentCore::OAuthUser::"bob"')
        )
        action = choose(
            ("action", 'action == AgentCore::Action::"Desk___refund"', 'action == AgentCore::Action::"Desk___close"')
        )
        atoms = [f"({each.format(tag=_TAG)})" for each in self._random.sample(_ATOMS, choose((0, 1, 1, 2, 2)))]
        condition = choose((" && ", " || ")).join(atoms)
        effect = choose(("permit", "permit", "forbid"))
        head = f'{effect}({principal}, {action}, resource == AgentCore::Gateway::"{_ARN}")'
        return head + (f" when {{ {condition} }};" if condition else ";")

    def standing(self) -> Standing:
        """A random engine."""
        many = self._random.randrange
        enforced = {f"e{number}": self.statement() for number in range(many(4))}
        log_only = {f"l{number}": self.statement() for number in range(many(3))}
        uncertain = [Uncertain(f"u{number}", self.statement(), "is still being created") for number in range(many(3))]
        if self._random.random() < 0.05:
            uncertain.append(Uncertain("lost", None, "cannot be read"))
        if self._random.random() < 0.2:
            enforced["new"] = self.statement()
        return Standing(enforced, log_only, tuple(uncertain))

    def _meets(self, statement: str) -> frozenset[Key]:
        """The requests that a policy matches, by Cedar."""
        permits = statement.startswith("permit")
        policies = {"it": statement} if permits else {"all": _EVERYTHING, "it": statement}
        return frozenset(
            key
            for key, request in enumerate(self._requests)
            if evaluate(policies, request, self._schema).allowed is permits
        )

    def allowed(self, statements: Iterable[str]) -> frozenset[Key]:
        """The requests that a set of policies allows."""
        permits: set[Key] = set()
        forbids: set[Key] = set()
        for statement in statements:
            (permits if statement.startswith("permit") else forbids).update(self.meets(statement))
        return frozenset(permits - forbids)

    def _choices(self, standing: Standing) -> Iterator[dict[str, str]]:
        known = [each for each in standing.uncertain if each.statement is not None]
        for size in range(len(known) + 1):
            for chosen in combinations(known, size):
                yield {**standing.enforced, **{each.name: str(each.statement) for each in chosen}}

    def _round(self) -> None:
        standing, candidate = self.standing(), self.statement()
        if self._random.random() < 0.3:
            self._free(standing, candidate)
            return
        found = analyse(standing, "new", candidate, self._schema, Limits(5, 60))
        worlds = [
            (self.allowed(w.values()), self.allowed({**w, "new": candidate}.values())) for w in self._choices(standing)
        ]
        context = (self.seed, standing, candidate)
        for change in found.difference.changes:
            assert "answer" not in change.reason, (context, change)
            self._change(standing, candidate, change, worlds, context)
        for finding in found.findings:
            self._finding(standing, candidate, finding, worlds, context)
        self._promoted(standing, candidate, found.findings, context)
        opened = Standing({**standing.enforced, "door": _EVERYTHING}, {}, standing.uncertain)
        for then in (standing, opened):
            self._same(then, candidate)
        self._readings()

    def _here(self, change: Change) -> frozenset[Key]:
        return frozenset(
            key
            for key, request in enumerate(self._requests)
            if (request.principal_type, request.action) == (change.principal_type, change.action)
        )

    def _change(
        self,
        standing: Standing,
        candidate: str,
        change: Change,
        worlds: Worlds,
        context: object,
    ) -> None:
        here = self._here(change)
        context = (context, change)
        opened = [(after - before) & here for before, after in worlds]
        closed = [(before - after) & here for before, after in worlds]
        self.counts["changes"] += 1
        if any(each.statement is None for each in standing.uncertain):
            assert change.status == "not analysed", context
            return
        self.counts[f"changes: {change.status}{', with a reason' if change.reason else ''}"] += 1
        for example, flipped, before in ((change.newly_allowed, opened, False), (change.newly_denied, closed, True)):
            if example is None:
                assert change.reason or not any(flipped), context
                continue
            for world in self._choices(standing):
                was = evaluate(world, example.request, self._schema).allowed if world else False
                now = evaluate({**world, "new": candidate}, example.request, self._schema).allowed
                assert (was, now) == (before, not before), context
        if change.still_denied:
            assert not any(self._allows({**w, "new": candidate}, change) for w in self._choices(standing)), context
        if change.status == "unchanged":
            assert not any((*opened, *closed)), context
        turned = "new" in standing.enforced and standing.enforced["new"][:6] != candidate[:6]
        if not turned:
            same = all(each == opened[0] for each in opened) and all(each == closed[0] for each in closed)
            assert same is not ("depends" in change.reason), context
        if change.newly_allowed or change.newly_denied:
            self._concerned(change, opened if change.newly_allowed else closed, here, worlds, context)

    def _allows(self, policies: Mapping[str, str], change: Change) -> bool:
        assert change.still_denied is not None
        return evaluate(policies, change.still_denied.request, self._schema).allowed

    def _concerned(
        self,
        change: Change,
        flipped: list[frozenset[Key]],
        here: frozenset[Key],
        worlds: Worlds,
        context: object,
    ) -> None:
        if not (change.newly_allowed and change.newly_denied):
            every = all(here <= after if change.newly_allowed else not here & after for _, after in worlds)
            assert change.every is every, context
            self.counts["every call"] += every
        concerned = [self._requests[key] for key in frozenset.union(*flipped)]
        self.counts["who is concerned"] += 1
        nobody = [request for request in concerned if request.principal_id == "⁂"]
        if any(not request.tags for request in nobody):
            assert change.whom == ("any IAM caller" if change.principal_type == IAM_ENTITY else "anyone"), context
            return
        assert "any" not in change.whom.split(), context
        needed = [claim for claim in ("role", "team") if all(claim in request.tags for request in concerned)]
        assert ("caller " in change.whom or "certain ids" in change.whom) is not bool(nobody) or not needed, context
        for claim in needed:
            values = {request.tags[claim] for request in concerned}
            if "else" in values:
                assert f"a {claim} claim" in change.whom, context
            else:
                said = change.whom.split(f"{claim} = ")[1].split(" and ")[0]
                assert set(said.split(" or ")) == values, context
            self.counts["claims that are needed"] += 1

    def _finding(
        self,
        standing: Standing,
        candidate: str,
        finding: ReviewFinding,
        worlds: Worlds,
        context: object,
    ) -> None:
        own = self.meets(candidate)
        self.counts[f"finding {finding.kind}"] += 1
        others = [standing.enforced[name] for name in finding.policies if name in standing.enforced]
        if finding.kind in ("equivalent", "shadowed", "overridden"):
            assert len(others) == len(finding.policies), (context, finding)
            assert all(own <= self.meets(other) for other in others), (context, finding)
            assert finding.kind != "equivalent" or all(own == self.meets(other) for other in others), (context, finding)
        if finding.kind == "redundant":
            assert all(before == after for before, after in worlds), (context, finding)

    def _promoted(
        self, standing: Standing, candidate: str, findings: tuple[ReviewFinding, ...], context: object
    ) -> None:
        said = {name for finding in findings if finding.kind == "log_only" for name in finding.policies}
        sure = [text for name, text in standing.enforced.items() if name != "new"]
        maybe = [str(each.statement) for each in standing.uncertain if each.statement is not None]
        most = self.allowed([*sure, *(text for text in maybe if text.startswith("forbid")), candidate])
        scope = self._scope(candidate)
        for name, text in standing.log_only.items():
            meets = self.meets(text)
            if text.startswith("permit"):
                rest = frozenset().union(*(self.meets(each) for each in (*sure, *maybe, candidate)))
                matters = bool(meets & scope - rest)
            else:
                calls = self.meets(candidate) if candidate.startswith("permit") else scope
                matters = bool(meets & most & calls)
            assert (name in said) is matters, (context, name, findings)

    def _scope(self, statement: str) -> frozenset[Key]:
        """The requests of the environments that a policy's scope may reach."""
        principal, action, _ = statement.split("(", 1)[1].split(", ", 2)
        return frozenset(
            key
            for key, request in enumerate(self._requests)
            if (principal == "principal" or request.principal_type.split("::")[1] in principal)
            and (action == "action" or request.action in action)
        )

    def _free(self, standing: Standing, candidate: str) -> None:
        """A candidate that means less than its text: nothing is called unchanged that some such policy changes."""
        found = analyse(standing, "new", candidate, self._schema, Limits(5, 60), candidate_free=True)
        body = candidate.rstrip(";")
        narrower = [f"{body} when {{ {atom.format(tag=_TAG)} }};" for atom in ("false", *_ATOMS)]
        kinds = {finding.kind for finding in found.findings}
        assert not kinds & {"ALLOW_ALL", "DENY_ALL", "equivalent"}
        self.counts["candidates with other conditions"] += 1
        for world, text in product(self._choices(standing), [candidate, *narrower]):
            before, after = self.allowed(world.values()), self.allowed({**world, "new": text}.values())
            assert before == after or "redundant" not in kinds, (self.seed, standing, candidate, text)
            for change in found.difference.changes:
                here = self._here(change)
                assert change.reason or change.status == "unchanged"
                for flipped, example in ((after - before, change.newly_allowed), (before - after, change.newly_denied)):
                    unknown = change.status == "not analysed" and not change.possible
                    assert example or unknown or not flipped & here, (self.seed, standing, candidate, text, change)

    def _same(self, then: Standing, candidate: str) -> None:
        enforced, uncertain = dict(then.enforced), list(then.uncertain)
        for name in list(enforced):
            if self._random.random() < 0.2:
                del enforced[name]
        if self._random.random() < 0.5:
            enforced["another"] = self.statement()
        if uncertain and self._random.random() < 0.3:
            gone = uncertain.pop()
            if gone.statement is not None and self._random.random() < 0.5:
                enforced[gone.name] = gone.statement
        now = Standing(enforced, {}, tuple(uncertain))
        same = same_change(then, now, candidate, self._schema, Limits(5, 60), name="new")
        self.counts[f"same change: {same}"] += 1
        if same is None:
            return
        meant = [self._bounds(each, candidate) for each in (then, now)]
        lost = any(each.statement is None for each in (*then.uncertain, *now.uncertain))
        assert lost or same is (meant[0] == meant[1]), (self.seed, then, now, candidate, same)

    def _bounds(self, standing: Standing, candidate: str) -> object:
        """The requests that open and close for certain, and those that may."""
        opened, closed = [], []
        for world in self._choices(standing):
            before, after = self.allowed(world.values()), self.allowed({**world, "new": candidate}.values())
            opened.append(after - before)
            closed.append(before - after)
        return [(frozenset.intersection(*each), frozenset.union(*each)) for each in (opened, closed)]

    def _readings(self) -> None:
        ours = [self.statement() for _ in range(self._random.choice((1, 1, 2, 3)))]
        theirs = [text if self._random.random() < 0.6 else self.statement() for text in ours]
        if self._random.random() < 0.2:
            theirs.pop()
        if self._random.random() < 0.2:
            theirs.append(self.statement())
        self._random.shuffle(theirs)
        found = readings(ours, theirs, self._schema, Limits(5, 60))
        context = (self.seed, ours, theirs, found)
        mine, other = self._sides(ours), self._sides(theirs)
        for text, piece in zip(theirs, found.pieces, strict=True):
            assert piece is not None
            self.counts[f"reading: {piece.verdict}"] += 1
            permits = text.startswith("permit")
            beyond = self.meets(text) - mine[permits]
            if permits:
                assert bool(piece.looser) is (piece.verdict != "agree" and bool(beyond)), context
                assert piece.verdict != "agree" or not beyond or self._alike(mine, other), context
            else:
                assert bool(piece.tighter) is (piece.verdict != "agree" and bool(beyond)), context
                assert piece.verdict != "agree" or not beyond, context
        if all(piece and piece.verdict == "agree" for piece in found.pieces) and not found.missing:
            assert self._alike(mine, other), context
            self.counts["readings that agree wholly"] += 1
        elif self._alike(mine, other):
            raise AssertionError(("alike, and not told so", context))
        for index in found.missing:
            permits = ours[index].startswith("permit")
            assert self.meets(ours[index]) - other[permits], context

    def _sides(self, statements: list[str]) -> Mapping[bool, frozenset[Key]]:
        def met(holds: Callable[[str], bool]) -> frozenset[Key]:
            return frozenset().union(*(self.meets(text) for text in statements if holds(text)))

        return {True: met(lambda text: text.startswith("permit")), False: met(lambda text: text.startswith("forbid"))}

    def _alike(self, one: Mapping[bool, frozenset[Key]], other: Mapping[bool, frozenset[Key]]) -> bool:
        return one[False] == other[False] and one[True] - one[False] == other[True] - other[False]


def main() -> None:
    """Run as a command."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--rounds", type=int, default=200)
    chosen = arguments.parse_args()
    started = time.monotonic()
    for name, count in sorted(Fuzz(chosen.seed).run(chosen.rounds).items()):
        sys.stdout.write(f"{count:8,}  {name}\n")
    sys.stdout.write(f"{time.monotonic() - started:8.0f}  seconds\n")


if __name__ == "__main__":
    main()
