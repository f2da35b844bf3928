"""The semantic difference between two policy sets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from bot.analysis import Change, Difference, Limits, difference
from bot.cedar import GatewaySchema, Target, Tool, evaluate, schema_for

Rule = Callable[..., str]
TAG = 'principal.hasTag("role") && principal.getTag("role") == "{}"'


@pytest.fixture
def compare(schema: GatewaySchema) -> Callable[..., Difference]:
    """The difference, with every example decided again by Cedar through the package's own front door."""

    def run(before: Mapping[str, str], after: Mapping[str, str]) -> Difference:
        found = difference(before, after, schema)
        for change in found.changes:
            for example in filter(None, (change.newly_allowed, change.newly_denied, change.still_denied)):
                decided = [
                    evaluate(policies, example.request, schema).allowed if policies else False
                    for policies in (before, after)
                ]
                assert decided == [example.allowed_before, example.allowed_after]
        return found

    return run


def only(found: Difference) -> Change:
    (change,) = found.changed
    return change


def test_a_new_permit_shows_the_smallest_request_and_one_that_stays_denied(
    compare: Callable[..., Difference], rule: Rule
) -> None:
    change = only(compare({}, {"p": rule("permit", f"{TAG.format('agent')} && context.input.amount <= 250")}))
    assert change.newly_allowed is not None
    assert change.still_denied is not None
    assert change.newly_allowed.request.tags == {"role": "agent"}
    assert change.newly_allowed.request.inputs == {"order": "some order", "amount": 250, "factor": 1}
    assert change.still_denied.request.inputs == {"order": "some order", "amount": 251, "factor": 1}
    assert change.newly_allowed.request.principal_id == "alice"
    assert change.newly_allowed.reasons_after == ("p",)


def test_a_new_forbid_narrows(compare: Callable[..., Difference], rule: Rule) -> None:
    before = {"p": rule("permit", TAG.format("agent"))}
    found = compare(before, {**before, "f": rule("forbid", "context.input.amount > 500")})
    assert (found.widens, found.narrows) == (False, True)
    denied = only(found).newly_denied
    assert denied is not None
    assert denied.request.inputs["amount"] == 501
    assert (denied.reasons_before, denied.reasons_after) == (("p",), ("f",))


def test_removing_a_forbid_widens_only_where_something_permits(compare: Callable[..., Difference], rule: Rule) -> None:
    forbid = rule("forbid", "context.input.amount > 500")
    permit = rule("permit", "context.input.amount < 600")
    assert compare({"f": forbid}, {}).proved_unchanged
    allowed = only(compare({"f": forbid, "p": permit}, {"p": permit})).newly_allowed
    assert allowed is not None
    assert 500 < allowed.request.inputs["amount"] < 600


@pytest.mark.parametrize("beside", ["cap (before)", "cap (after)", "0", "1", "cap"])
def test_no_name_of_a_policy_hides_the_change_of_another(
    beside: str, compare: Callable[..., Difference], rule: Rule
) -> None:
    """A cap that is loosened is seen whatever the policies beside it are called."""
    caps = [{"cap": rule("forbid", f"context.input.amount > {most}")} for most in (500, 1000)]
    others = {"everyone": rule("permit"), beside: rule("forbid", "context.input.amount > 500000")}
    allowed = only(compare({**others, **caps[0]}, {**others, **caps[1]})).newly_allowed
    assert allowed is not None
    assert 500 < allowed.request.inputs["amount"] <= 1000
    assert (allowed.reasons_before, allowed.reasons_after) == (("cap",), ("everyone",))


def test_an_edit_can_widen_and_narrow_at_once(compare: Callable[..., Difference], rule: Rule) -> None:
    found = compare(
        {"p": rule("permit", "context.input.amount < 5")}, {"p": rule("permit", "context.input.amount > 3")}
    )
    assert (found.widens, found.narrows) == (True, True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("context.input.amount < 5", "!(context.input.amount >= 5)"),
        ("context.input.amount < 5", "5 > context.input.amount"),
        ("context.input.amount != 3", "context.input.amount < 3 || context.input.amount > 3"),
        ('context.input.order == "a" || context.input.order == "b"', '["a", "b"].contains(context.input.order)'),
        (
            'context.input has currency && context.input.currency != AgentCore::Desk___refund::Input::currency::"EUR"',
            'context.input has currency && context.input.currency == AgentCore::Desk___refund::Input::currency::"USD"',
        ),
        (
            'context.system.now.toTime() >= duration("9h")',
            'context.system.now.durationSince(context.system.now.toDate()) >= duration("540m")',
        ),
        (
            'context.input has rate && context.input.rate.lessThan(decimal("5.0"))',
            'context.input has rate && !(context.input.rate.greaterThanOrEqual(decimal("5.0000")))',
        ),
    ],
)
def test_the_same_in_other_words_changes_nothing(
    one: str, other: str, compare: Callable[..., Difference], rule: Rule
) -> None:
    found = compare({"p": rule("permit", one)}, {"p": rule("permit", other)})
    assert found.proved_unchanged
    assert not found.not_analysed


def test_a_policy_covered_by_several_others_changes_nothing(compare: Callable[..., Difference], rule: Rule) -> None:
    before = {f"p{number}": rule("permit", f"context.input.amount == {number}") for number in range(12)}
    found = compare(
        before, {**before, "all": rule("permit", "context.input.amount >= 0 && context.input.amount <= 11")}
    )
    assert found.proved_unchanged


def test_tools_outside_the_change_are_unchanged_and_all_are_listed(
    compare: Callable[..., Difference], rule: Rule, schema: GatewaySchema
) -> None:
    found = compare({}, {"p": rule("permit", tool="Desk___close")})
    assert len(found.changes) == 2 * len(schema.tools)
    assert [change.action for change in found.changed] == ["Desk___close"]
    assert found.changes[0].principal_type == "AgentCore::OAuthUser"


def test_an_overflow_that_skips_a_forbid_is_seen(compare: Callable[..., Difference], rule: Rule) -> None:
    """`amount + 10 > 100` errors at the top of the range, so it is weaker than `amount > 90`."""
    permit = rule("permit", TAG.format("agent"))
    before = {"p": permit, "f": rule("forbid", "context.input.amount > 90")}
    found = compare(before, {"p": permit, "f": rule("forbid", "context.input.amount + 10 > 100")})
    allowed = only(found).newly_allowed
    assert allowed is not None
    assert allowed.request.inputs["amount"] > 2**63 - 11


@pytest.mark.parametrize(
    ("effect", "condition", "shown", "denied"),
    [
        ("forbid", "context.input.amount * 100 > 50000", {"amount": 501}, {}),
        ("forbid", "context.input.amount - 700 > 300", {"amount": 1001}, {}),
        ("forbid", "context.input.amount < -700 - 300", {"amount": -1001}, {}),
        ("permit", "context.input.amount - context.input.factor <= 500", {}, {"amount": 1001, "factor": 500}),
        ("permit", "context.input.amount + context.input.amount <= 500", {}, {"amount": 251}),
        ("permit", 'context.input has rate && context.input.rate.lessThan(decimal("12.5"))', {}, {"rate": "12.5000"}),
    ],
)
def test_examples_stay_near_the_boundary_and_near_zero(
    effect: str,
    condition: str,
    shown: dict[str, int],
    denied: dict[str, int],
    compare: Callable[..., Difference],
    rule: Rule,
) -> None:
    before = {} if effect == "permit" else {"p": rule("permit")}
    change = only(compare(before, {**before, "new": rule(effect, condition)}))
    for example, expected in ((change.newly_allowed or change.newly_denied, shown), (change.still_denied, denied)):
        assert example is not None or not expected
        if example:
            said = {name: example.request.inputs[name] for name in expected}
            assert {
                name: each if isinstance(each, int) else each["__extn"]["arg"] for name, each in said.items()
            } == expected
            assert example.overflows == ()


def test_what_a_policy_reads_of_anyone_but_the_caller_is_not_analysed(
    compare: Callable[..., Difference], rule: Rule
) -> None:
    """A call carries what is known of its caller alone: of another, Cedar finds nothing."""
    found = compare({}, {"p": rule("permit", 'AgentCore::OAuthUser::"bob".hasTag("role")')})
    assert [change.status for change in found.changes if change.status != "unchanged"] == ["not analysed"]
    assert "who is not the caller" in found.not_analysed[0].reason


def test_an_example_that_rests_on_an_overflow_says_so(compare: Callable[..., Difference], rule: Rule) -> None:
    before = {"p": rule("permit"), "cap": rule("forbid", "context.input.amount > 500")}
    after = {**before, "cap": rule("forbid", "context.input.amount * 2 > 1000")}
    allowed = only(compare(before, after)).newly_allowed
    assert allowed is not None
    assert allowed.request.inputs["amount"] == 2**62
    assert allowed.overflows == ("cap",)
    assert Difference.from_json(compare(before, after).as_json()).changed[0].newly_allowed == allowed


def test_time_and_sets_and_addresses_appear_in_examples(compare: Callable[..., Difference], rule: Rule) -> None:
    condition = (
        'context.system.now.toTime() >= duration("22h") && context.input has labels && '
        'context.input.labels.containsAll(["a", "b"]) && !context.input.labels.contains("c") && '
        'context.input has address && context.input.address.isInRange(ip("10.0.0.0/8"))'
    )
    allowed = only(compare({}, {"p": rule("permit", condition)})).newly_allowed
    assert allowed is not None
    assert "T22:00" in allowed.request.now
    assert sorted(allowed.request.inputs["labels"]) == ["a", "b"]


def test_time_running_out_is_not_analysed(schema: GatewaySchema, rule: Rule) -> None:
    hard = rule("permit", "context.input.amount * context.input.factor == 1000036000099 * 1000003")
    found = difference({}, {"p": hard}, schema, Limits(query_seconds=0.05, review_seconds=5))
    (change,) = found.not_analysed
    assert change.status == "not analysed"
    assert "no answer" in change.reason or "gave up" in change.reason
    assert not found.proved_unchanged


def test_a_review_that_is_over_is_not_analysed(schema: GatewaySchema, rule: Rule) -> None:
    found = difference({}, {"p": rule("permit", TAG.format("a"))}, schema, Limits(query_seconds=5, review_seconds=0))
    assert [change.status for change in found.not_analysed] == ["not analysed"]


def test_an_unsupported_construct_is_named_with_its_policy(schema: GatewaySchema, rule: Rule) -> None:
    odd = rule("permit", "context.input has address && context.input.address.isInRange(context.input.address)")
    (change,) = difference({}, {"odd": odd}, schema).not_analysed
    assert change.reason == "policy odd uses `isInRange` with a range that is not a literal"


def test_data_that_a_request_cannot_carry_is_named(schema: GatewaySchema, rule: Rule) -> None:
    odd = rule("permit", 'context.input has extra && context.input.extra.hasTag("x")')
    (change,) = difference({}, {"odd": odd}, schema).not_analysed
    assert "which a request does not carry" in change.reason


def test_a_policy_that_is_no_cedar_leaves_everything_not_analysed(schema: GatewaySchema, rule: Rule) -> None:
    found = difference(
        {"dogwood": "permit(principal, action, resource) when temporal {};"}, {"p": rule("permit")}, schema
    )
    assert {change.status for change in found.changes} == {"not analysed"}
    assert "policy dogwood" in found.changes[0].reason


def test_the_signature_is_equal_for_equal_policies_and_ignores_other_tools(
    compare: Callable[..., Difference], rule: Rule
) -> None:
    new = rule("permit", TAG.format("agent"))
    elsewhere, here = rule("permit", tool="Desk___close"), rule("permit", TAG.format("boss"))
    plain = compare({}, {"p": new}).signature()
    assert compare({}, {"p": new}).signature() == plain
    assert compare({"e": elsewhere}, {"e": elsewhere, "p": new}).signature() == plain
    assert compare({"h": here}, {"h": here, "p": new}).signature() != plain
    assert compare({}, {"p": here}).signature() != plain


def test_json_gives_the_same_difference_back(compare: Callable[..., Difference], rule: Rule) -> None:
    found = compare(
        {"p": rule("permit", "context.input.amount < 5")}, {"p": rule("permit", "context.input.amount > 3")}
    )
    again = Difference.from_json(json.loads(json.dumps(found.as_json())))
    assert again == found
    assert again.signature() == found.signature()


def test_the_same_question_gets_the_same_answer_whatever_was_asked_before(
    schema: GatewaySchema, rule: Rule, gateway_of: Callable[..., object]
) -> None:
    after = {"p": rule("permit", 'context.input.order like "*x*" && context.input.amount > context.input.factor')}
    first = difference({}, after, schema)
    difference({}, {"q": rule("permit", "context.input.amount > context.input.factor")}, schema)
    assert difference({}, after, schema) == first


def test_tools_that_cannot_be_seen_are_not_called_unchanged(schema: GatewaySchema, rule: Rule) -> None:
    hidden = Tool("Desk", "odd", "", {"type": "object", "properties": {"not a name": {"type": "string"}}})
    desk, post = schema.gateway.targets
    remote = Target("T", "Remote", (), unreadable="its tools are not in its configuration")
    gateway = replace(schema.gateway, targets=(replace(desk, tools=(*desk.tools, hidden)), post, remote))
    partly = schema_for(gateway)

    def unknown(statement: str) -> list[str]:
        return [change.action for change in difference({}, {"p": statement}, partly).not_analysed]

    everything = rule("permit", TAG.format("a"), tool="")
    assert unknown(everything) == ["Desk___odd"] * 2 + ["Remote___*"] * 2
    assert unknown(rule("permit", TAG.format("a"), tool="Desk").replace("action ==", "action in")) == ["Desk___odd"] * 2
    assert unknown(rule("permit", TAG.format("a"))) == []
    only_remote = schema_for(replace(gateway, targets=(remote,)))
    assert not difference({}, {"p": everything}, only_remote).proved_unchanged
