"""Two looks at an engine: what others did is told, what policybot did is not, and coming back is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.drift import Look, changed, glance, is_back, on_its_way, told, with_ours
from bot.review.engine import Attachment, PolicySummary
from bot.review.reported import PolicyRecord

ENGINE = "e-1"
_TEXTS = [f"permit(principal, action, resource) when {{ {at} == {at} }};" for at in (1, 2)]


def record(key: str, text: str, mode: str) -> PolicyRecord:
    return PolicyRecord(key, f"policy_{key}", "ACTIVE", text, mode)


_POLICIES = st.dictionaries(
    st.sampled_from("abcd"), st.tuples(st.sampled_from(_TEXTS), st.sampled_from(("ACTIVE", "LOG_ONLY"))), max_size=4
).map(lambda found: {key: record(key, *each) for key, each in found.items()})
_LOOKS = st.builds(
    Look,
    st.sampled_from((ENGINE, "", "e-2")),
    st.sampled_from(("ENFORCE", "LOG_ONLY")),
    _POLICIES,
    st.dictionaries(st.sampled_from(("Desk___pay", "Desk___look")), st.sampled_from("xy"), max_size=2),
)


@given(_LOOKS, _LOOKS)
def test_every_difference_of_two_looks_is_told_and_nothing_else(then: Look, now: Look) -> None:
    said = " ".join(told(then, now, ENGINE, frozenset()))
    for key in then.policies.keys() | now.policies.keys():
        same = then.policies.get(key) == now.policies.get(key)
        assert (f"policy_{key} " in said.replace(",", " ")) >= (not same)
        assert (key in changed(then, now)) is not same
    if is_back(then, now):
        assert said == ""
    elif (then.attached, then.gateway_mode) == (now.attached, now.gateway_mode) or then.attached != now.attached:
        assert said


@given(_LOOKS, _LOOKS, st.data())
def test_what_policybot_did_is_no_drift(then: Look, now: Look, data: st.DataObject) -> None:
    """Nor does it keep a drift from being over."""
    ids = sorted(changed(then, now))
    ours = frozenset(data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else ())
    said = told(then, now, ENGINE, ours)
    for key in ours:
        assert not any(f"The policy policy_{key}" in each for each in said)
    assert changed(with_ours(then, now, ours), now) == changed(then, now) - ours
    assert is_back(with_ours(then, then, frozenset()), then)


@given(_LOOKS)
def test_a_look_is_kept_as_json(look: Look) -> None:
    assert Look.from_json(look.as_json()) == look


def test_a_glance_sees_whatever_could_be_a_change() -> None:
    now = datetime(2026, 11, 26, tzinfo=UTC)
    summary = PolicySummary("p-1", "p", "ACTIVE", "ACTIVE", now, now)
    there = Attachment(ENGINE, "ENFORCE", (("Desk___pay", "x"),))
    seen = glance([summary], there)
    assert glance([replace(summary)], there) == seen
    others = [
        ([replace(summary, updated_at=now.replace(hour=1))], there),
        ([replace(summary, enforcement_mode="LOG_ONLY")], there),
        ([], there),
        ([summary], replace(there, engine_id="")),
        ([summary], replace(there, mode="LOG_ONLY")),
        ([summary], replace(there, tools=(("Desk___pay", "y"),))),
    ]
    assert all(glance(*each) != seen for each in others)
    assert on_its_way([replace(summary, status="DELETING")])
    assert not on_its_way([summary])


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        ((ENGINE, "ENFORCE"), (ENGINE, "LOG_ONLY"), "is in mode LOG_ONLY: it enforces nothing, no call is denied"),
        ((ENGINE, "LOG_ONLY"), (ENGINE, "ENFORCE"), "is in mode ENFORCE: what its engine denies is denied"),
        ((ENGINE, "ENFORCE"), (ENGINE, "AUDIT"), "is in mode AUDIT: whether it enforces is not known"),
        ((ENGINE, "ENFORCE"), ("", ""), "asks no policy engine any more: what stands here decides nothing"),
        ((ENGINE, "ENFORCE"), ("e-2", "ENFORCE"), "another policy engine, e-2: what stands here decides nothing"),
        (("", ""), (ENGINE, "LOG_ONLY"), "asks this policy engine again, in mode LOG_ONLY: it enforces nothing"),
        (("e-2", "ENFORCE"), (ENGINE, "ENFORCE"), "asks this policy engine again, in mode ENFORCE"),
    ],
)
def test_what_a_gateway_does_with_its_engine_is_said_with_what_that_means(
    then: tuple[str, str], now: tuple[str, str], said: str
) -> None:
    [sentence] = told(Look(*then), Look(*now), ENGINE, frozenset())
    assert said in sentence


def test_tools_that_cannot_be_seen_are_not_said_to_be_gone() -> None:
    seen = Look(ENGINE, "ENFORCE", {}, {"Desk___pay": "x", "Desk___look": "x", "Shop___buy": "x"})
    unseen = replace(seen, tools={"Desk": "why", "Shop___buy": "x"})
    [lost] = told(seen, unseen, ENGINE, frozenset())
    assert lost == "The tools of the target Desk cannot be seen any more: what policies allow there is not known."
    [found] = told(unseen, seen, ENGINE, frozenset())
    assert found.startswith("The target Desk has tools that can be seen")
    [other] = told(unseen, replace(unseen, tools={"Desk": "else", "Shop___buy": "x"}), ENGINE, frozenset()) or [""]
    assert other == "The tools of the target Desk cannot be seen, for another reason than before."


def test_the_policies_that_apply_to_a_tool_are_named_and_the_rest_counted() -> None:
    gateway = 'resource == AgentCore::Gateway::"g"'
    texts = {
        "any": f"permit(principal, action, {gateway});",
        "pay": f'permit(principal, action == AgentCore::Action::"Desk___pay", {gateway});',
        "look": f'permit(principal, action == AgentCore::Action::"Desk___look", {gateway});',
        "odd": "permit(",
    }
    policies = {key: record(key, text, "ACTIVE") for key, text in texts.items()}
    then = Look(ENGINE, "ENFORCE", policies, {"Desk___pay": "x"})
    [said] = told(then, replace(then, tools={"Desk___pay": "y"}), ENGINE, frozenset())
    assert said == (
        "The tool Desk___pay takes another input than before. policy_any, policy_pay apply to it. "
        "Whether policy_odd does is not known."
    )
    many = {f"{at}": record(f"{at}", texts["pay"], "ACTIVE") for at in range(8)}
    then = replace(then, policies=many)
    [said] = told(then, replace(then, tools={}), ENGINE, frozenset())
    assert said.endswith("policy_4 and 3 more apply to it.")


def test_a_text_that_can_be_read_again_is_not_called_changed() -> None:
    known = Look(ENGINE, "ENFORCE", {"a": record("a", _TEXTS[0], "ACTIVE")})
    hidden = replace(known, policies={"a": replace(known.policies["a"], statement="", unreadable="denied")})
    assert told(known, hidden, ENGINE, frozenset()) == ("The policy policy_a cannot be read any more (denied).",)
    assert told(hidden, known, ENGINE, frozenset()) == ("The policy policy_a can be read again.",)


def test_of_a_target_that_may_hide_tools_none_is_said_to_be_new_or_gone() -> None:
    """A list that may be partial shows what can be seen, and no more."""
    why = {"Live": "only some are listed"}

    def said(then: dict[str, str], now: dict[str, str]) -> tuple[str, ...]:
        return told(Look("E", "ENFORCE", {}, then), Look("E", "ENFORCE", {}, now), "E", frozenset())

    one, two = {"Live___a": "1"}, {"Live___b": "1"}
    assert said(why, {**why, **one}) == ("Some tools of the target Live can be seen now: Live___a.",)
    assert said({**why, **one}, {**why, **one, **two}) == ("The tool Live___b can be seen now.",)
    assert said({**why, **one, **two}, {**why, **one}) == ("The tool Live___b cannot be seen any more.",)
    assert said({**why, **one}, {**why, "Live___a": "2"}) == ("The tool Live___a takes another input than before.",)
    assert said({**why, **one}, why)[0].startswith("No tool of the target Live can be seen any more: ")
    assert said(one, {**why, **one})[0].startswith("Not all tools of the target Live can be seen any more: ")
