"""Random engines, candidates and acts, drawn from one seeded source."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.truth.gateway import LATE, OTHER_GATEWAY
from tests.truth.life import Deed, Plan
from tests.truth.plane import Kept, Lane, gateway_arn, with_block
from tests.truth.several import ALL, MINUTES, Beside, Rule

ROLES = ("support-agent", "lead", "intern", "lead or intern", "lead and a team claim")
USUAL = ("Till___refund", "Till___refund", "Till___refund", "Till___export", "Till___export", "Desk___note")
TOOLS = ("Till___refund", "Till___export", "Desk___note")
RULES = (
    "allow support agents to call refund tool",
    "allow support agents to call refund tool if the amount is below 500",
    "interns may not call refund tool",
    "block refunds above 100",
    "nobody may export customers",
    "allow everyone to write notes",
)


PERMITS = ("Allow support agents to call refund tool", "Allow support agents to export customers")
FORBIDS = ("Interns may not call refund tool", "Block refunds above 100", "Nobody may export customers")


class Draw:
    """Draws for the gateway of one lane."""

    def __init__(self, random: Random, gateway_id: str) -> None:
        self._random = random
        self._arn = gateway_arn(gateway_id)

    def plan(self) -> Plan:
        """A whole life."""
        pick = self._random
        standing = tuple(self.kept(f"p{at}") for at in range(pick.choice((0, 1, 2, 2, 3, 3, 4))))
        before = [self._attachment()] if pick.random() < 0.2 else []
        if pick.random() < 0.1:
            before.append(("a tool is there since just now", _add_tool))
        acts = [self.act(standing) for _ in range(pick.choice((0, 0, 1, 1, 2)))]
        decision = pick.choices(("approve", "reject", "held"), (16, 3, 1))[0]
        follow = [self._step(standing) for _ in range(pick.choice((0, 1, 2, 3)))] if decision == "approve" else []
        if pick.random() < 0.3:
            # As the embedded reader reads it, or as a language model may: something else, or all of it for everyone.
            misread = pick.choice(("", "", self.policy(candidate=True), self.widest()))
            return Plan(pick.choice(RULES), misread, standing, before, acts, decision, follow)
        stands_already = pick.random() < 0.2 and standing
        statement = pick.choice(standing).statement if stands_already else self.policy(candidate=True)
        return Plan("allow what refund clause", statement, standing, before, acts, decision, follow)

    def rule(self) -> Rule:
        """A rule of several pieces, and the order in which they are decided on."""
        pick = self._random
        if pick.random() < 0.3:  # as the embedded reader reads it, so that the readings agree and all may be clean
            permit, forbid = pick.sample(PERMITS, 1), pick.sample(FORBIDS, pick.choice((1, 1, 2)))
            typed = [*permit, *forbid] if pick.random() < 0.7 else [*forbid, *permit]
            here, both = (
                f'resource == AgentCore::Gateway::"{self._arn}"',
                self._action(["Till___export", "Till___refund"]),
            )
            base = Kept("base", f"permit(principal, {both}, {here}) when {{ {self._claim()} }};")
            return Rule(Plan(". ".join(typed), "", pick.choice(((base,), (base,), ()))), [ALL])
        many = pick.choice((2, 2, 3))
        texts = [self.policy(candidate=True) for _ in range(many)]
        order = pick.choice(([ALL], [*range(1, many + 1)], pick.sample(range(1, many + 1), many)))
        order = [-each if each and pick.random() < 0.15 else each for each in order]
        standing = tuple(self.kept(f"p{at}") for at in range(pick.choice((0, 1, 2, 2))))
        return Rule(Plan("allow what refund clause", texts[0], standing, more=texts[1:]), order)

    def beside(self) -> Beside:
        """A change for a time, and another beside it."""
        standing = tuple(self.kept(f"p{at}") for at in range(self._random.choice((0, 1, 2))))
        ends = Plan("allow what refund clause", self.policy(candidate=True), standing, time=f" --for {MINUTES} minutes")
        return Beside(ends, Plan("allow what note clause", self.policy(candidate=True)))

    def _step(self, standing: tuple[Kept, ...]) -> tuple[str, list[tuple[str, Deed]]]:
        """Something that is proposed about the policy in effect, and what others do before it is approved."""
        pick = self._random
        deeds = [self.act(standing)] if pick.random() < 0.3 else []
        return pick.choice(("turn", "turn", "revoke", "undo")), deeds

    def widest(self) -> str:
        """A permit without conditions."""
        return f'permit(principal, {self._action(["Till___refund"])}, resource == AgentCore::Gateway::"{self._arn}");'

    def kept(self, name: str) -> Kept:
        """A policy as it may stand: mostly in force, else log-only, on its way, or not to be read."""
        pick = self._random
        mode = pick.choices(("ACTIVE", "LOG_ONLY"), (3, 1))[0]
        statuses = ("ACTIVE", "CREATING", "UPDATING", "DELETING", "DELETE_FAILED", "UPDATE_FAILED", "CREATE_FAILED")
        status = pick.choices(statuses, (16, 1, 1, 1, 1, 1, 1))[0]
        written = pick.choices(("plain", "gone", "unknown", "temporal"), (16, 1, 1, 1))[0]
        return Kept(name, self.policy(), mode, status, written)

    def policy(self, *, candidate: bool = False) -> str:
        """A permit or a forbid; a candidate may be about another gateway, or about every gateway."""
        pick = self._random
        effect = pick.choices(("permit", "forbid"), (3, 2))[0]
        kinds = ("principal", "principal is AgentCore::OAuthUser", "principal is AgentCore::IamEntity")
        who = pick.choices(kinds, (2, 2, 1))[0]
        resource = f'resource == AgentCore::Gateway::"{self._arn}"'
        tools = sorted({pick.choice(USUAL) for _ in range(pick.choice((1, 1, 1, 2)))})
        action = self._action(tools)
        if pick.random() < 0.08:
            if candidate:
                resource = f'resource == AgentCore::Gateway::"{gateway_arn(OTHER_GATEWAY)}"'
            else:
                action, tools, resource = "action", list(TOOLS), "resource is AgentCore::Gateway"
        elif pick.random() < 0.15:
            action, tools = pick.choice(("action", 'action in AgentCore::Action::"Till"')), list(TOOLS)
        conditions = [self._condition(who, tools) for _ in range(pick.choice((0, 1, 1, 2) if candidate else (0, 0, 1)))]
        clauses = "".join(f" {pick.choices(('when', 'unless'), (5, 1))[0]} {{ {each} }}" for each in conditions)
        statement = f"{effect}({who}, {action}, {resource}){clauses};"
        return with_block(statement) if candidate and pick.random() < 0.06 else statement

    @staticmethod
    def _action(tools: list[str]) -> str:
        named = ", ".join(f'AgentCore::Action::"{tool}"' for tool in tools)
        return f"action == {named}" if len(tools) == 1 else f"action in [{named}]"

    def _condition(self, who: str, tools: list[str]) -> str:
        pick = self._random
        choices: list[Callable[[], str]] = [self._moment, self._claim if "Iam" not in who else self._caller]
        if who == "principal":
            choices.append(self._caller)
        if tools == ["Till___refund"]:
            choices += [self._amount, self._amount, self._region]
        if tools == ["Till___export"]:
            choices += [self._rows, self._rows]
        if tools == ["Desk___note"]:
            choices.append(self._text)
        return pick.choice(choices)()

    def _claim(self) -> str:
        role = self._random.choice(ROLES)
        test = f'principal.hasTag("role") && principal.getTag("role") == "{role}"'
        return f"principal is AgentCore::OAuthUser && {test}"

    def _caller(self) -> str:
        return f"principal is AgentCore::IamEntity || ({self._claim()})"

    def _moment(self) -> str:
        return 'context.system.now < datetime("2030-01-01T00:00:00Z")'

    def _amount(self) -> str:
        sign = self._random.choice(("<", "<=", ">", "=="))
        factor = self._random.choices(("", " * 1000000"), (9, 1))[0]
        return f"context.input.amount{factor} {sign} {self._random.choice((100, 500))}"

    def _region(self) -> str:
        return f'context.input has region && context.input.region == "{self._random.choice(("EU", "US"))}"'

    def _rows(self) -> str:
        return self._random.choice(("context.input.rows < 10", "context.input has urgent && context.input.urgent"))

    def _text(self) -> str:
        return self._random.choice(('context.input.text == "hello"', 'context.input.text like "hel*"'))

    def _attachment(self) -> tuple[str, Deed]:
        mode, other = self._random.choice((("LOG_ONLY", ""), ("ENFORCE", "other-0000000000"), ("", "")))
        return f"attached {mode or 'nowhere'} {other}", lambda lane: lane.attach(mode, other)

    def act(self, standing: tuple[Kept, ...]) -> tuple[str, Deed]:
        """Something that somebody else does to the engine or the gateway."""
        pick = self._random
        if pick.random() < 0.15:
            return self._attachment()
        if pick.random() < 0.1:
            return "a tool is added", _add_tool
        if not standing or pick.random() < 0.4:
            new = self.kept("late")
            return f"added {new}", lambda lane: lane.put(new)
        old = pick.choice(standing)
        if pick.random() < 0.3:
            return f"{old.name} deleted", lambda lane: lane.remove(old.name)
        mode = "ACTIVE" if old.mode == "LOG_ONLY" else "LOG_ONLY"
        status = pick.choice(("ACTIVE", "DELETING"))
        text = pick.choice((old.statement, old.statement, self.policy()))
        new = Kept(old.name, text, mode, status, old.written)
        return f"now {new}", lambda lane: lane.put(new)


def _add_tool(lane: Lane) -> None:
    lane.set_tool("Late", LATE)
