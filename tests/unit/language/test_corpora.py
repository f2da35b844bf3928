"""The translator against rules of three domains whose gold was written before it read one of them.

`docs/translator-measurements.md` has the figures of first contact and how the rows came about.
"""

from __future__ import annotations

import collections
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bot.cedar import Gateway, parse_policy, schema_for
from bot.language import Asset, translate

Corpus = tuple[list[dict[str, Any]], dict[str, Gateway]]
Compare = Callable[[Gateway, Sequence[str], Sequence[str]], Any]
Scores = dict[str, tuple[dict[str, Any], str, tuple[Asset, ...]]]


@pytest.fixture(scope="module")
def scores(corpus: Corpus, compare: Compare) -> Scores:
    """Each row by its id with its verdict and the assets: equal, tighter, looser, refused or overreach."""
    rows, gateways = corpus
    found = {}
    for row in rows:
        assets = translate(row["rule"], gateways[row["gateway"]])
        found[row["id"]] = (row, _verdict(row, assets, gateways[row["gateway"]], compare), assets)
    return found


def _verdict(row: dict[str, Any], assets: Sequence[Asset], gateway: Gateway, compare: Compare) -> str:
    statements = [asset.statement for asset in assets if asset.statement]
    if row["expect"] == "refuse":
        return "overreach" if statements else "refused"
    if not statements:
        return "refused"
    verdicts = [compare(gateway, statements, reading).verdict for reading in row["readings"]]
    return next(verdict for verdict in ("equal", "tighter", "looser") if verdict in verdicts)


def _of(scores: Scores, expect: str) -> list[tuple[dict[str, Any], str, tuple[Asset, ...]]]:
    return [score for score in scores.values() if score[0]["expect"] == expect]


def test_no_rule_becomes_a_policy_that_is_looser_than_asked(scores: Scores) -> None:
    assert [row["rule"] for row, verdict, _ in scores.values() if verdict in ("looser", "overreach")] == []


def test_most_rules_become_exactly_the_policies_asked_for(scores: Scores) -> None:
    asked = _of(scores, "policies")
    verdicts = collections.Counter(verdict for _, verdict, _ in asked)
    assert verdicts["equal"] >= 0.85 * len(asked), verdicts


def test_a_rule_that_cannot_be_a_policy_is_refused_and_the_culprit_named(scores: Scores) -> None:
    wanted = _of(scores, "refuse")
    named = [
        row["rule"]
        for row, _, assets in wanted
        if all(
            name.lower() in " ".join(finding.description for asset in assets for finding in asset.findings).lower()
            for name in row["names"]
        )
    ]
    assert len(named) >= 0.9 * len(wanted)


def test_every_statement_is_valid_for_the_gateway(scores: Scores, corpus: Corpus) -> None:
    schemas = {name: schema_for(gateway) for name, gateway in corpus[1].items()}
    for row, _, assets in scores.values():
        for asset in assets:
            assert not asset.statement or schemas[row["gateway"]].validate(asset.statement) == ()


def test_a_gold_policy_without_its_conditions_is_told_apart(corpus: Corpus, compare: Compare) -> None:
    """The comparison that the figures rest on: it equals a policy with itself, and sees a condition dropped."""
    rows, gateways = corpus
    for row in rows[::3]:
        for gold in row.get("readings", [[]])[0]:
            gateway, policy = gateways[row["gateway"]], parse_policy(gold)
            assert compare(gateway, [gold], [gold]).verdict == "equal"
            if policy.est["conditions"]:
                bare = gold[: min(at for at in (gold.find("\nwhen"), gold.find("\nunless")) if at > 0)] + ";"
                expected = "looser" if policy.effect == "permit" else "tighter"
                assert compare(gateway, [bare], [gold]).verdict == expected
