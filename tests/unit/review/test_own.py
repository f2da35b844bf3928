"""What others do is told once, what policybot did never, whoever comes between two looks and in whatever order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.review.drift import Look, changed, is_back, told, with_ours
from bot.review.model import Act, Draft, DraftState
from bot.review.own import ours, with_left
from bot.review.reported import PolicyRecord

ENGINE = "e-1"
TEXTS = [f"permit(principal, action, resource) when {{ {at} == {at} }};" for at in (1, 2)]


def draft(
    number: int, policy_id: str, act: Act, text: str, mode: str, state: DraftState = DraftState.IN_EFFECT
) -> Draft:
    return Draft(f"D{number}", "P", 1, "", "", text, (), state, act, enforcement_mode=mode, policy_id=policy_id)


def record(key: str, text: str, mode: str, status: str = "ACTIVE") -> PolicyRecord:
    return PolicyRecord(key, f"policy_{key}", status, text, mode)


@dataclass
class Engine:
    """An engine, what was sent to it, and what the looks at it told."""

    policies: dict[str, PolicyRecord] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    seen: Look | None = None

    def does(self, mine: bool, key: str, text: str | None, mode: str) -> None:
        """Somebody makes, changes or (without a text) deletes a policy; an id is never given a second time."""
        then = self.policies.get(key)
        if key in self.gone or (text is None and then is None):
            return
        if text is None:
            self.policies.pop(key)
            self.gone.add(key)
        else:
            self.policies[key] = record(key, text, mode)
        if mine:
            act = Act.REVOKE if text is None else Act.CREATE if then is None else Act.REPLACE
            self.drafts.append(draft(len(self.drafts), key, act, text or "", mode))

    def look(self) -> str:
        now = with_left(self.seen, Look(ENGINE, "ENFORCE", dict(self.policies)), self.drafts)
        then, self.seen = self.seen, now
        if then is None:
            return ""
        return " ".join(told(then, now, ENGINE, ours(then, now, self.drafts))).replace(",", " ")


_STEPS = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from("abc"),
        st.sampled_from([*TEXTS, None]),
        st.sampled_from(("ACTIVE", "LOG_ONLY")),
    ),
    max_size=12,
)


@settings(max_examples=300)
@given(_STEPS)
def test_looked_at_after_every_step_what_others_did_is_told_once_and_ours_never(
    steps: list[tuple[bool, str, str | None, str]],
) -> None:
    engine = Engine()
    engine.look()
    for mine, key, text, mode in steps:
        before = dict(engine.policies)
        engine.does(mine, key, text, mode)
        assert (f"policy_{key} " in engine.look()) is (not mine and before != engine.policies)
        assert engine.look() == ""


@settings(max_examples=300)
@given(_STEPS, st.sets(st.integers(0, 11)))
def test_between_two_looks_the_last_word_counts(
    steps: list[tuple[bool, str, str | None, str]], looks: set[int]
) -> None:
    """What others made of a policy is told, unless it is as policybot left it since the look before."""
    engine, drafts = Engine(), 0
    engine.look()
    for at, step in enumerate(steps):
        engine.does(*step)
        if at not in looks and at != len(steps) - 1:
            continue
        then, sent = engine.seen, engine.drafts[drafts:]
        said = engine.look()
        assert then is not None
        assert engine.seen is not None
        for key in changed(then, engine.seen):
            newest = next((each for each in reversed(sent) if each.policy_id == key), None)
            assert (f"policy_{key} " in said) is not (newest is not None and stands(engine, newest))
        drafts = len(engine.drafts)


def stands(engine: Engine, sent: Draft) -> bool:
    """Whether a policy is as a draft left it."""
    found = engine.policies.get(sent.policy_id)
    left = None if sent.act is Act.REVOKE else (sent.statement, sent.enforcement_mode)
    return (found and (found.statement, found.enforcement_mode)) == left


def test_what_others_undid_is_theirs_although_it_is_as_policybot_left_it() -> None:
    engine = Engine()
    engine.does(True, "a", TEXTS[0], "ACTIVE")
    engine.look()
    for mode, said in (("LOG_ONLY", "demoted"), ("ACTIVE", "promoted"), ("LOG_ONLY", "demoted")):
        engine.does(False, "a", TEXTS[0], mode)
        assert said in engine.look()


def test_a_drift_is_over_although_policybot_did_something_meanwhile() -> None:
    engine = Engine()
    engine.does(True, "a", TEXTS[0], "LOG_ONLY")
    engine.look()
    since = engine.seen
    engine.does(False, "b", TEXTS[0], "ACTIVE")
    assert "created" in engine.look()
    engine.does(True, "a", TEXTS[0], "ACTIVE")
    assert engine.look() == ""
    engine.does(False, "b", None, "")
    engine.look()
    assert since is not None
    assert engine.seen is not None
    assert is_back(with_ours(since, engine.seen, ours(since, engine.seen, engine.drafts)), engine.seen)


@pytest.mark.parametrize(
    ("act", "state", "now", "mine"),
    [
        (Act.REPLACE, DraftState.SETTLING, record("a", TEXTS[1], "ACTIVE", "UPDATING"), True),
        (Act.REPLACE, DraftState.NOT_ENACTED, record("a", TEXTS[0], "ACTIVE", "UPDATE_FAILED"), True),
        (Act.REVOKE, DraftState.NOT_ENACTED, record("a", TEXTS[0], "ACTIVE", "DELETE_FAILED"), True),
        (Act.REVOKE, DraftState.NOT_ENACTED, record("a", TEXTS[1], "ACTIVE"), False),
        (Act.REVOKE, DraftState.NOT_ENACTED, None, False),
        (Act.CREATE, DraftState.NOT_ENACTED, None, True),
        (Act.REPLACE, DraftState.IN_EFFECT, record("a", TEXTS[1], "ACTIVE", "UPDATE_FAILED"), False),
    ],
)
def test_what_agentcore_makes_of_an_act_that_it_refuses_is_not_others(
    act: Act, state: DraftState, now: PolicyRecord | None, mine: bool
) -> None:
    then = Look(ENGINE, "ENFORCE", {"a": record("a", TEXTS[0], "ACTIVE")})
    after = replace(then, policies={"a": now} if now else {})
    sent = [draft(1, "a", act, TEXTS[1], "ACTIVE", state)]
    assert ours(then, after, sent) == (frozenset("a") if mine else frozenset())
