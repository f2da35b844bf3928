"""What is said of calls and of callers is so, on every call that could show otherwise, by Cedar itself."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.analysis import Standing, Uncertain
from bot.analysis.questions import Answer, Callers, answers, callers
from bot.cedar import Gateway, GatewaySchema, Request, schema_for
from tests.truth.brute import decide, requests
from tests.truth.whom import concerns

TOOLS = ("Till___refund", "Till___export")
ROLE = 'principal.hasTag("role") && principal.getTag("role") == "{}"'
CONDITIONS = (
    ROLE.format("lead"),
    ROLE.format("intern"),
    'principal.hasTag("team")',
    'principal.id == "alice"',
    "context.input.amount > 5",
    "context.input.amount <= 9",
    "!(context.input has rush)",
    "context.input has rush && context.input.rush",
    f"({ROLE.format('lead')}) || context.input.amount < 3",
    "context.input.amount * 4 < 30",
)


@pytest.fixture
def till(gateway_of: Callable[..., Gateway]) -> GatewaySchema:
    inputs = {"amount": {"type": "integer"}, "rush?": {"type": "boolean"}}
    return schema_for(gateway_of(Till={"refund": inputs, "export": inputs}))


@st.composite
def policies(draw: st.DrawFn, gateway: str, effect: str = "") -> str:
    chosen = draw(st.lists(st.sampled_from(CONDITIONS), max_size=2, unique=True))
    effect = effect or draw(st.sampled_from(("permit", "permit", "forbid")))
    tool = draw(st.sampled_from((*TOOLS, "")))
    action = f'action == AgentCore::Action::"{tool}"' if tool else "action"
    when = f" when {{ {' && '.join(f'({each})' for each in chosen)} }}" if chosen else ""
    who = draw(st.sampled_from(("principal", "principal is AgentCore::OAuthUser")))
    return f'{effect}({who}, {action}, resource == AgentCore::Gateway::"{gateway}"){when};'


def all_calls(schema: GatewaySchema, *texts: str) -> list[Request]:
    """Every call of the gateway's own callers that the texts could tell apart."""
    found = requests(schema, texts)
    return [each for each in found if each.principal_type == schema.gateway.principal_type]


def described(calls: list[Request], about: str, schema: GatewaySchema) -> list[Request]:
    held = decide({"about": about}, calls, schema)
    return [call for call, is_meant in zip(calls, held, strict=True) if is_meant]


def worlds(standing: Standing) -> list[dict[str, str]]:
    """The policies for every choice among the uncertain ones."""
    maybe = {each.name: each.statement or "" for each in standing.uncertain}
    return [
        {**standing.enforced, **{name: maybe[name] for name in chosen}}
        for size in range(len(maybe) + 1)
        for chosen in itertools.combinations(maybe, size)
    ]


@pytest.mark.parametrize("uncertain", [0, 2])
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_proved_of_calls_and_callers_holds_for_every_call(
    till: GatewaySchema, data: st.DataObject, uncertain: int
) -> None:
    """Nobody beside those who are named, no call beside those that are allowed; examples are decided as they say."""
    one = policies(till.gateway.arn)
    standing = Standing(
        {f"p{number}": each for number, each in enumerate(data.draw(st.lists(one, max_size=5)))},
        uncertain=tuple(Uncertain(f"u{at}", data.draw(one), "is on its way") for at in range(uncertain)),
    )
    about = data.draw(policies(till.gateway.arn, "permit"))
    texts = (*standing.enforced.values(), *(each.statement or "" for each in standing.uncertain), about)
    calls = described(all_calls(till, *texts), about, till)
    decided = [decide(world, calls, till) for world in worlds(standing)]
    by_tool = {
        tool: [(call, [each[at] for each in decided]) for at, call in enumerate(calls) if call.action == tool]
        for tool in TOOLS
    }
    for answer in answers(standing, about, till):
        _holds_of_calls(answer, by_tool[answer.action], standing, till)
    for found in callers(standing, about, till):
        _holds_of_callers(found, by_tool[found.action], standing, till)


def _holds_of_calls(
    answer: Answer, calls: list[tuple[Request, list[bool]]], standing: Standing, schema: GatewaySchema
) -> None:
    if answer.never:
        assert not any(any(allowed) for _, allowed in calls)
    if answer.always:
        assert all(all(allowed) for _, allowed in calls)
    for case in filter(None, (answer.allowed, answer.denied)):
        assert all(decide(world, [case.request], schema) == [case.allowed] for world in worlds(standing))
    if not answer.reason and not (answer.never or answer.always):
        assert answer.allowed
        assert answer.denied
    if not standing.uncertain:
        assert not answer.reason


def _holds_of_callers(
    found: Callers, calls: list[tuple[Request, list[bool]]], standing: Standing, schema: GatewaySchema
) -> None:
    if not standing.uncertain:
        assert found.proved
    asked = [call for call, _ in calls]
    if found.proved:
        for call, allowed in calls:
            assert not any(allowed) or concerns(found.whom, call) in (True, None), (found, call)
            assert not any(allowed) or found.whom, (found, call)
    shown = {way.policy for way in found.ways}
    permits = {name for name, text in standing.enforced.items() if text.startswith("permit")}
    forbids = {name: text for name, text in standing.enforced.items() if text.startswith("forbid")}
    for name in permits - shown:
        alone = decide({name: standing.enforced[name], **forbids}, asked, schema)
        assert not any(alone), (found, name)
    lets = {name: standing.enforced[name] for name in shown}
    for name in forbids.keys() - set(found.forbids):
        assert decide(lets, asked, schema) == decide({**lets, name: forbids[name]}, asked, schema), (found, name)
    for way in found.ways:
        if way.case:
            least = {each.name: each.statement or "" for each in standing.uncertain}
            least = {name: text for name, text in least.items() if text.startswith("forbid")}
            assert decide({**standing.enforced, **least}, [way.case.request], schema) == [True]


def test_nothing_is_proved_beside_a_policy_whose_text_is_not_known(till: GatewaySchema) -> None:
    standing = Standing({}, uncertain=(Uncertain("new", None, "cannot be read"),))
    about = f'permit(principal, action, resource == AgentCore::Gateway::"{till.gateway.arn}");'
    assert {(each.never, each.always, each.reason) for each in answers(standing, about, till)} == {
        (False, False, "new cannot be read")
    }
    assert {(each.whom, each.reason) for each in callers(standing, about, till)} == {("", "new cannot be read")}


def test_a_question_with_no_call_in_it_is_both_always_and_never(till: GatewaySchema) -> None:
    """So that nobody takes an empty question for a yes."""
    about = "permit(principal, action, resource) when { context.input.amount > 5 && context.input.amount < 5 };"
    assert all(
        each.never and each.always
        for each in answers(Standing({"all": "permit(principal, action, resource);"}), about, till)
    )


def test_a_tool_that_cedar_cannot_express_is_said_and_not_left_out(gateway_of: Callable[..., Gateway]) -> None:
    gateway = gateway_of(Till={"refund": {"amount": {"type": "integer"}}, "odd": {"a": {"type": "nonsense"}}})
    schema = schema_for(gateway)
    assert schema.skipped
    found = answers(Standing(), "permit(principal, action, resource);", schema)
    assert [(each.action, bool(each.reason)) for each in found] == [("Till___refund", False), ("Till___odd", True)]


def test_of_very_many_policies_who_may_is_still_proved(till: GatewaySchema) -> None:
    """Which of them let somebody is not worked out one by one, and that is said."""
    text = 'permit(principal, action == AgentCore::Action::"Till___refund", resource) when {{ {} }};'
    standing = Standing(
        {f"p{at}": text.format(f"{ROLE.format('lead')} && context.input.amount == {at}") for at in range(80)}
    )
    about = 'permit(principal, action == AgentCore::Action::"Till___refund", resource);'
    (found,) = callers(standing, about, till)
    assert (found.whom, found.many, found.proved, len(found.ways)) == ("callers with role = lead", True, True, 80)
