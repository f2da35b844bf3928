"""`python -m tests.truth.mutants`: the ways in which cards have lied, put back one by one; each has to be caught."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from bot.agentcore import AgentCore
from bot.agentcore.gateways import Gateways
from bot.analysis.offloop import Analyst
from bot.analysis.standing import Standing
from bot.analyst import PolicyAnalyst
from bot.cedar import hidden
from bot.cedar.dogwood import plain_part
from bot.errors import ServiceUnavailable
from bot.logs import configure
from bot.review import engine, later, lifecycle, warnings
from bot.review import together as review_together
from bot.review.enacting import Enacting
from bot.review.engine import EngineState
from bot.review.model import DraftState
from bot.storage.store import SqlStore
from tests.truth.claims import Tally
from tests.truth.directed import freeze, pair, plans, rule
from tests.truth.house import House, gateway_of, house
from tests.truth.pair import together
from tests.truth.run import lived, say
from tests.truth.several import beside, pieces

TWO_AT_ONCE = "two at once"
PERMIT_FIRST = "a permit before a forbid"
FREEZE = "beside a freeze"


@dataclass(frozen=True)
class Mutant:
    """A lie put back: what the product does instead, and the lives that have to show it."""

    says: str
    lives: tuple[str, ...]
    changes: Callable[[ExitStack], None]


@contextmanager
def replaced(owner: Any, name: str, new: Any) -> Iterator[None]:
    """Something else under a name, in every module of the product that has the old one under its name."""
    old = getattr(owner, name)
    product = [module for key, module in sys.modules.items() if key.partition(".")[0] in ("bot", "handlers")]
    places = [owner, *(module for module in product if module is not owner and vars(module).get(name) is old)]
    for place in places:
        setattr(place, name, new)
    try:
        yield
    finally:
        for place in places:
            setattr(place, name, old)


def log_only_is_enforced(stack: ExitStack) -> None:
    truly = engine.standing

    def standing(state: EngineState) -> Standing:
        found = truly(state)
        return Standing({**found.enforced, **found.log_only}, {}, found.uncertain)

    stack.enter_context(replaced(engine, "standing", standing))


def on_its_way_is_settled(stack: ExitStack) -> None:
    _statuses(stack, {"CREATING": "ACTIVE", "DELETING": "CREATE_FAILED"})


def _statuses(stack: ExitStack, taken_for: dict[str, str]) -> None:
    truly = engine.standing

    def standing(state: EngineState) -> Standing:
        taken = [replace(each, status=taken_for.get(each.status, each.status)) for each in state.policies]
        return truly(replace(state, policies=tuple(taken)))

    stack.enter_context(replaced(engine, "standing", standing))


def unreadable_is_absent(stack: ExitStack) -> None:
    truly = engine.standing

    def standing(state: EngineState) -> Standing:
        return truly(replace(state, policies=tuple(each for each in state.policies if each.statement)))

    stack.enter_context(replaced(engine, "standing", standing))


def blocks_are_absent(stack: ExitStack) -> None:
    truly = engine.standing

    def standing(state: EngineState) -> Standing:
        plain = [replace(each, statement=plain_part(each.statement)[0]) for each in state.policies]
        return truly(replace(state, policies=tuple(plain)))

    stack.enter_context(replaced(engine, "standing", standing))


def any_gateway_will_do(stack: ExitStack) -> None:
    async def usable(*_: Any, **__: Any) -> str:
        return ""

    stack.enter_context(replaced(PolicyAnalyst, "usable", usable))


def tools_are_remembered(stack: ExitStack) -> None:
    truly, analysed = Gateways.reading, Analyst.analyse

    async def reading(self: Gateways, gateway_arn: str, *, age: float = 0.0) -> Any:
        return await truly(self, gateway_arn, age=600.0)

    async def analyse(self: Analyst, *given: Any, **more: Any) -> Any:
        found = await analysed(self, *given, **more)
        return replace(found, findings=tuple(each for each in found.findings if each.kind != "INVALID"))

    any_gateway_will_do(stack)
    stack.enter_context(replaced(Gateways, "reading", reading))
    stack.enter_context(replaced(Analyst, "analyse", analyse))


def nothing_voids_an_approval(stack: ExitStack) -> None:
    stack.enter_context(replaced(EngineState, "digest", property(lambda state: state.engine_id)))


def a_sent_call_is_forgotten(stack: ExitStack) -> None:
    truly = Enacting._send

    async def send(self: Enacting, claim: Any, draft: Any, proposal: Any) -> None:
        try:
            await truly(self, claim, draft, proposal)
        except ServiceUnavailable:
            await self.store.move_draft(claim, draft, replace(draft, state=DraftState.APPROVED), due=True)

    moves = {
        **lifecycle.DRAFT_MOVES,
        DraftState.SENDING: lifecycle.DRAFT_MOVES[DraftState.SENDING] | {DraftState.APPROVED},
    }
    stack.enter_context(replaced(lifecycle, "DRAFT_MOVES", moves))
    stack.enter_context(replaced(Enacting, "_send", send))


def everybody_has_the_turn(stack: ExitStack) -> None:
    async def take_turn(*_: Any) -> bool:
        return True

    stack.enter_context(replaced(SqlStore, "take_turn", take_turn))


def whom_is_read_from_the_syntax(stack: ExitStack) -> None:
    _analysed(stack, lambda change: {**change, "whom": "callers with a role claim"})


def closing_is_not_said(stack: ExitStack) -> None:
    _analysed(stack, lambda change: {**change, "status": "unchanged", "newly_denied": None})


def _analysed(stack: ExitStack, lie: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    truly = PolicyAnalyst.analyse

    async def analyse(self: PolicyAnalyst, *given: Any) -> Any:
        found = await truly(self, *given)
        assert found.difference is not None
        told = {**found.difference, "changes": [lie(dict(change)) for change in found.difference["changes"]]}
        return replace(found, difference=told)

    stack.enter_context(replaced(PolicyAnalyst, "analyse", analyse))


def hidden_is_shown_raw(stack: ExitStack) -> None:
    stack.enter_context(replaced(hidden, "shown", lambda text, **_: text))


def attachment_is_not_looked_at(stack: ExitStack) -> None:
    stack.enter_context(replaced(warnings, "warnings", lambda *_: ()))


def another_text_is_created(stack: ExitStack) -> None:
    truly = AgentCore.create_policy

    async def create_policy(self: AgentCore, *, statement: str, **given: Any) -> Any:
        return await truly(self, statement=statement.partition(" when ")[0].rstrip(";") + ";", **given)

    stack.enter_context(replaced(AgentCore, "create_policy", create_policy))


def nothing_goes_first(stack: ExitStack) -> None:
    stack.enter_context(replaced(review_together, "goes_first", lambda *_: ()))


def nothing_ends(stack: ExitStack) -> None:
    stack.enter_context(replaced(later, "due", lambda *_: []))


MUTANTS: Sequence[Mutant] = (
    Mutant("log-only counts as enforced", ("log-only forbid", "trial, then enforced"), log_only_is_enforced),
    Mutant(
        "an approval stands whatever changed",
        ("demoted between card and click", "detached between card and click"),
        nothing_voids_an_approval,
    ),
    Mutant("what is on its way counts as settled", ("on their way",), on_its_way_is_settled),
    Mutant("what cannot be read is not there", ("asset gone", "member unknown"), unreadable_is_absent),
    Mutant("a temporal condition is not there", ("temporal",), blocks_are_absent),
    Mutant("a statement may be about any gateway", ("another gateway", "every gateway"), any_gateway_will_do),
    Mutant("the tools are as they were", ("a tool of just now",), tools_are_remembered),
    Mutant("a call that was sent is forgotten", ("call on its way",), a_sent_call_is_forgotten),
    Mutant("two approvals are checked at once", (TWO_AT_ONCE,), everybody_has_the_turn),
    Mutant("whom is read from the syntax", ("any IAM caller",), whom_is_read_from_the_syntax),
    Mutant("values are shown as they are", ("newlines in a value", "letters turned round"), hidden_is_shown_raw),
    Mutant(
        "attachment is not looked at",
        ("not attached", "gateway logs only", "another engine"),
        attachment_is_not_looked_at,
    ),
    Mutant("what is closed is not said", ("a forbid of what is allowed",), closing_is_not_said),
    Mutant("a permit does not wait for the forbid of its rule", (PERMIT_FIRST,), nothing_goes_first),
    Mutant("what is for a time stays for good", (FREEZE,), nothing_ends),
    Mutant("another text is created", ("any IAM caller",), another_text_is_created),
)


async def live(home: House, name: str) -> Tally:
    """A directed life by its name."""
    if name == TWO_AT_ONCE:
        return await together(home, 0, *pair(gateway_of(0)))
    if name == PERMIT_FIRST:
        return await pieces(home, 0, rule(gateway_of(0)))
    if name == FREEZE:
        return await beside(home, 0, freeze(gateway_of(0)))
    return await lived(home, 0, dict(plans(gateway_of(0)))[name])


async def caught(home: House, mutant: Mutant) -> dict[str, str]:
    """What each of its lives shows of a mutant; nothing where it was not caught."""
    found = {}
    for name in mutant.lives:
        with ExitStack() as stack:
            mutant.changes(stack)
            wrong = (await live(home, name)).disagreements
        found[name] = next((each for each in wrong if not each.startswith("ends")), "")
    return found


async def main() -> int:
    configure("CRITICAL", json_lines=True)
    missed = 0
    async with house(enforcement_mode="ACTIVE", validation_mode="IGNORE_ALL_FINDINGS") as home:
        for mutant in MUTANTS:
            for name, wrong in (await caught(home, mutant)).items():
                missed += not wrong
                say(f"{mutant.says} ({name}): {'caught: ' + wrong[:200] if wrong else 'NOT CAUGHT'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
