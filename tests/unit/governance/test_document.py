"""docs/governance.md says what is so: every fact, action and annotation, and examples that do what is said of them."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from bot.governance import Action, ChangeFacts, ChannelFacts, Governance, PersonFacts, RouteFacts
from bot.governance.check import findings
from bot.governance.facts import ENUMERATED
from bot.governance.texts import DEFAULT_FILE
from tests.support.facts import CHANNEL, ROUTE, change, member

DOCUMENT = (Path(__file__).parents[3] / "docs" / "governance.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```cedar\n(.*?)```", DOCUMENT, re.DOTALL)
GROUPS, QUORUM, _, PROMOTE, FINDINGS, ROUTES = EXAMPLES
AVERY, BLAIR = member("U0AVERY", "policy-approvers"), member("U0BLAIR", "policy-approvers")


def with_default(example: str) -> Governance:
    return Governance.of(f"{DEFAULT_FILE.read_text(encoding='utf-8')}\n{example}")


def test_every_fact_stands_in_the_table_and_no_other() -> None:
    named = set(re.findall(r"^\| `((?:principal|resource|context)\.[a-z_.]+)`", DOCUMENT, re.MULTILINE))
    assert named == {
        *(
            f"principal.{each.name}"
            for each in dataclasses.fields(PersonFacts)
            if each.name not in ("id", "groups", "unread")
        ),
        *(f"context.channel.{each.name}" for each in dataclasses.fields(ChannelFacts) if each.name != "id"),
        *(f"context.route.{each.name}" for each in dataclasses.fields(RouteFacts)),
        *(f"resource.{each.name}" for each in dataclasses.fields(ChangeFacts)),
    }


def test_every_word_of_a_fact_stands_in_its_row() -> None:
    for fact, words in ENUMERATED.items():
        row = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| `resource.{fact}`"))
        for word in words if fact != "mode_after" else ("NONE",):
            assert f'`"{word}"`' in row, (fact, word)


def test_every_action_and_annotation_stands_in_its_table() -> None:
    table = DOCUMENT.split("## Actions")[1].split("## Facts")[0]
    assert {
        word for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for word in re.findall(r"`(\w+)`", row)
    } == set(Action)
    assert re.findall(r"^\| `@(\w+)", DOCUMENT, re.MULTILINE) == ["id", "reason", "quorum", "group"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_can_be_added_to_the_default_and_nothing_is_to_be_said_against_it(example: str) -> None:
    assert findings(with_default(example)) == ()


def test_one_of_security_and_one_of_payments() -> None:
    governance = with_default(GROUPS)
    refunds = change(tools=frozenset({"Desk___refund"}))
    security, payments = member("U1", "security"), member("U2", "payments")
    assert governance.tally([security, payments], CHANNEL, ROUTE, refunds).met
    assert not governance.tally([security, AVERY], CHANNEL, ROUTE, refunds).met
    assert governance.tally([AVERY], CHANNEL, ROUTE, change()).met


def test_two_votes_for_what_allows_more() -> None:
    governance = with_default(QUORUM)
    assert governance.tally([AVERY], CHANNEL, ROUTE, change(narrows=True)).met
    assert not governance.tally([AVERY], CHANNEL, ROUTE, change(widens=True)).met
    assert governance.tally([AVERY, BLAIR], CHANNEL, ROUTE, change(widens=True)).met


def test_a_promotion_takes_two_votes_and_a_proof() -> None:
    governance = with_default(PROMOTE)
    proved = change(act="promote", mode_before="LOG_ONLY", mode_after="ACTIVE")
    assert not governance.tally([AVERY], CHANNEL, ROUTE, proved).met
    assert governance.tally([AVERY, BLAIR], CHANNEL, ROUTE, proved).met
    said = governance.vote_ruling(AVERY, CHANNEL, ROUTE, dataclasses.replace(proved, unproved=True))
    assert said.reason.startswith("It is not proved what this promotion changes")


def test_despite_findings_only_security() -> None:
    governance = with_default(FINDINGS)
    assert not governance.tally([AVERY], CHANNEL, ROUTE, change(unvalidated=True)).met
    both = member("U1", "policy-approvers", "security")
    assert governance.tally([both], CHANNEL, ROUTE, change(unvalidated=True)).met
    assert governance.tally([AVERY], CHANNEL, ROUTE, change()).met


def test_the_approvers_of_a_gateway_decide_for_it_and_for_no_other() -> None:
    governance = with_default(ROUTES)
    payer = member("U1", "payments-approvers", "policy-approvers")
    payments = dataclasses.replace(ROUTE, gateway="payments-gateway-a1b2c3d4e5")
    assert governance.tally([payer], CHANNEL, payments, change()).met
    assert not governance.tally([AVERY], CHANNEL, payments, change()).met
    assert not governance.tally([payer], CHANNEL, ROUTE, change()).met
    assert not governance.ruling(Action.REJECT, payer, CHANNEL, ROUTE, change()).allowed
