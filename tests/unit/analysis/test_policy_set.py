"""Ordinary Cedar schemas: what is analysed, what is named as not analysed, and how sets compare."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import cedarpy
import pytest

from bot.analysis.files.policy_set import PolicyReport, compare_sets, overall, report_policies
from bot.analysis.files.schema_text import schema_document
from bot.analysis.model import schema_model
from bot.analysis.sets.disjoint import both_allow
from bot.analysis.sets.policies import Parsed, parse
from bot.analysis.sets.search import Unknown
from bot.analysis.sets.session import Deadline, Limits, Session

SCHEMA = """
entity Team in [Team, Org];
entity Org;
entity Config { enabled: Bool, limit: Long, names: Set<String>, owner?: User } tags String;
entity Color enum ["red", "green"];
entity User in [Team] = {
  level: Long, boss?: User, teams: Set<Team>, home: { city: String, zip?: Long }
} tags Set<String>;
entity Doc in [Org] = { owner: User, color: Color, matrix: Set<Set<Long>> };
action change;
action read, write in [change] appliesTo {
  principal: User, resource: Doc,
  context: {
    at: datetime, from: ipaddr, mfa?: Bool, note: String,
    left: duration, score: decimal, n: Long, m: Long, ns: Set<Long>
  }
};
"""


@pytest.fixture
def session() -> Session:
    handle = cedarpy.Schema.from_str(SCHEMA)
    return Session(schema_model(schema_document(handle)), handle)


def parsed(*statements: str) -> dict[str, Parsed]:
    return {f"p{number}": parse(statement) for number, statement in enumerate(statements)}


@pytest.fixture
def report(session: Session) -> Callable[..., PolicyReport]:
    """The report of `permit … when { condition }` for reading."""

    def run(condition: str) -> PolicyReport:
        statement = f'permit(principal, action == Action::"read", resource) when {{ {condition} }};'
        (found,) = report_policies(session, {"p": parse(statement)}, Limits())
        return found

    return run


@pytest.mark.parametrize(
    ("condition", "extent"),
    [
        ("principal.level < 3 && principal.level > 3", "none"),
        ("principal in principal", "all"),
        ('principal in Team::"a" && !(principal in [Team::"a", Team::"b"])', "none"),
        ('Team::"a" in Team::"b" && Team::"b" in Team::"a"', "none"),
        ('principal in Team::"a" && Team::"a" in Org::"o" && !(principal in Org::"o")', "none"),
        ('principal in Team::"a" && principal in Org::"o" && !(Team::"a" in Org::"o")', "some"),
        ("principal in principal.teams", "some"),
        ("principal.teams.isEmpty() && principal in principal.teams", "none"),
        ('action in Action::"change"', "all"),
        ('action == Action::"read"', "all"),
        ("principal is Doc", "none"),
        ('resource is Doc in Org::"o"', "some"),
        ("resource.owner == principal && resource.owner.level != principal.level", "none"),
        ("principal has boss && principal.boss has boss && principal.boss == principal.boss.boss", "some"),
        ("principal has home.zip && principal.home.zip > 9", "some"),
        ("resource.owner.home == principal.home && resource.owner.home.city != principal.home.city", "none"),
        ('resource.color != Color::"red" && resource.color != Color::"green"', "none"),
        ('principal.hasTag("k") && principal.getTag("k").contains("v")', "some"),
        ('!principal.hasTag("k") && principal.hasTag(context.note) && context.note == "k"', "none"),
        ("if context has mfa then context.mfa else false", "some"),
        ("(if principal.level > 1 then [1, 2] else [2]).contains(2)", "all"),
        ('context.note like "a*" && context.note like "*\\*" && context.note == "ab*"', "some"),
        ('context.note like "a*" && context.note == "b*"', "none"),
        ('context.from.isInRange(ip("10.0.0.0/8")) && context.from.isIpv6()', "none"),
        ('context.from.isInRange(ip("10.1.0.0/16")) && !context.from.isInRange(ip("10.0.0.0/8"))', "none"),
        ("context.from.isLoopback() && context.from.isMulticast()", "none"),
        ('context.at.toDate() > context.at', "none"),
        ('context.at.toTime() < duration("0h")', "none"),
        ('context.left.toDays() > 1 && context.left < duration("1d")', "none"),
        ('context.score.lessThan(decimal("0.0001")) && context.score.greaterThan(decimal("0.0"))', "none"),
        ("context.ns.containsAll([1, 2]) && !context.ns.containsAny([2, 3])", "none"),
        ("context.ns == [1, 2] && context.ns.contains(3)", "none"),
        ("context.ns == [1] && context.ns.containsAll([1, 1])", "some"),
        ("context.n * 2 == 3", "none"),
        ('Config::"global".enabled', "some"),
        ('Config::"global".enabled && !Config::"local".enabled', "some"),
        ('(if Config::"a".enabled then context.n else context.n) > 3', "some"),
        ('Config::"global" has enabled', "all"),
        ('Config::"global".enabled && !Config::"global".enabled', "none"),
        ('Config::"global".names.contains(context.note)', "some"),
        ('Config::"global" has owner && Config::"global".owner.home.city == "Rome"', "some"),
        ('Config::"global".hasTag("k") && Config::"global".getTag("k") == "v"', "some"),
        ('(if Config::"a".enabled then Config::"b" else Config::"c").limit > 3', "some"),
        ("context.n - context.m == 1 && context.n <= context.m && context.m < 5", "none"),
    ],
)  # fmt: skip
def test_constructs_mean_what_cedar_says(condition: str, extent: str, report: Callable[..., PolicyReport]) -> None:
    found = report(condition)
    assert [each for _, each in found.extents] == [extent], found.findings


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        ("context.from.isInRange(context.from)", "`isInRange` with a range that is not a literal"),
        ("resource.matrix.contains([1])", "a set of records or of sets"),
        ('context.note == "\U00030000"', "a character above U+2FFFF"),
    ],
)
def test_what_is_not_supported_is_named(condition: str, named: str, report: Callable[..., PolicyReport]) -> None:
    found = report(condition)
    assert [each for _, each in found.extents] == ["not analysed"]
    assert any(finding.kind == "not_analysed" and named in finding.sentence for finding in found.findings)


@pytest.mark.parametrize(
    ("condition", "error", "advice"),
    [
        ('Config::"global".limit + 1 > 0', "overflow", "bound"),
        ("resource.owner.level * 2 > 0", "overflow", "bound"),
    ],
)
def test_an_error_is_shown_by_entities_that_are_there(
    condition: str, error: str, advice: str, report: Callable[..., PolicyReport]
) -> None:
    """An example never lacks the entity that the policy reads, which would be an error of the example's own."""
    found = report(condition)
    (finding,) = (each for each in found.findings if each.kind == "may_error")
    assert error in finding.sentence
    assert advice in finding.advice
    assert found.failing is not None
    assert [each for _, each in found.extents] == ["some"]


def test_an_example_keeps_the_entities_that_policies_read(session: Session) -> None:
    (first, _) = compare_sets(
        session,
        parsed("permit(principal, action, resource);"),
        parsed(
            "permit(principal, action, resource);", 'forbid(principal, action, resource) when { !Config::"g".enabled };'
        ),
        Limits(),
    )
    assert first.newly_denied is not None
    assert first.newly_denied.entities["Config", "g"].attributes["enabled"] is False


def test_a_condition_nested_too_deeply_is_not_analysed_rather_than_an_error(session: Session) -> None:
    deep = parsed(f"permit(principal, action, resource) when {{ context.n{' + 1' * 400} == 400 }};")
    compared = compare_sets(session, {}, deep, Limits())
    assert {(each.order, each.reason) for each in compared} == {
        ("not analysed", "policy p0 uses a condition nested too deeply")
    }


def test_what_cannot_be_taken_apart_leaves_other_policies_and_environments_analysed(session: Session) -> None:
    """A chain of 1900 sums on writing: reading is analysed, and Cedar still decides with the chain."""
    chain = f"context.n{' + 1' * 1900} != 0"
    deep = f'@when("x") permit(principal, action == Action::"write", resource) when // so\n {{ {chain} }};'
    good = 'permit(principal, action == Action::"read", resource) when { context.n > 3 };'
    reports = report_policies(session, parsed(deep, good), Limits())
    assert [[extent for _, extent in each.extents] for each in reports] == [["not analysed"], ["some"]]
    compared = compare_sets(session, parsed(deep), parsed(deep, good), Limits())
    assert [each.order for each in compared] == ["more permissive", "equivalent"]
    compared = compare_sets(session, {}, parsed(deep, good), Limits())
    assert [each.order for each in compared] == ["more permissive", "not analysed"]
    assert compared[1].reason == "policy p0 uses a condition nested too deeply"


def test_long_set_literals_are_analysed_in_the_time_for_a_review(session: Session) -> None:
    """Two thousand members: what is computed again for each member from all members does not end in time."""
    listed = ", ".join(map(str, range(2000)))
    (found,) = report_policies(
        session, parsed(f"permit(principal, action, resource) when {{ context.ns == [{listed}] }};"), Limits()
    )
    assert [extent for _, extent in found.extents] == ["some", "some"]
    same = f"permit(principal, action, resource) when {{ [{listed}].containsAll([{listed}]) }};"
    assert [extent for _, extent in report_policies(session, parsed(same), Limits())[0].extents] == ["all", "all"]


def test_the_time_for_a_review_holds_while_formulas_are_built(session: Session) -> None:
    """And what was not built in time for one review is built for the next."""
    chain = " || ".join(f"context.n + {number} == context.m" for number in range(80))
    policies = parsed(f"permit(principal, action, resource) when {{ {chain} }};")
    compared = compare_sets(session, {}, policies, Limits(review_seconds=0.001))
    assert {(each.order, each.reason) for each in compared} == {("not analysed", "the 0 s for a review are over")}
    assert overall(compare_sets(session, {}, policies, Limits())) == "more permissive"


def test_a_long_chain_is_no_deep_nesting(session: Session) -> None:
    chain = " || ".join(f"context.n == {number}" for number in range(300))
    listed = ", ".join(map(str, range(300)))
    one, other = (
        f"permit(principal, action, resource) when {{ {each} }};" for each in (chain, f"[{listed}].contains(context.n)")
    )
    assert overall(compare_sets(session, parsed(one), parsed(other), Limits())) == "equivalent"
    assert overall(compare_sets(session, {}, parsed(one), Limits())) == "more permissive"


@pytest.mark.parametrize(
    ("first", "second", "order"),
    [
        ("principal.level > 5", "principal.level >= 6", "equivalent"),
        ("principal.level > 5", "principal.level > 4", "more permissive"),
        ("principal.level > 5", "principal.level > 6", "less permissive"),
        ("principal.level > 5", "principal.level < 6", "incomparable"),
        ("context.from.isInRange(context.from)", "principal.level < 6", "not analysed"),
    ],
)
def test_sets_compare(first: str, second: str, order: str, session: Session) -> None:
    before, after = (parsed(f"permit(principal, action, resource) when {{ {each} }};") for each in (first, second))
    compared = compare_sets(session, before, after, Limits())
    assert overall(compared) == order
    assert [each.environment.action[1] for each in compared] == ["read", "write"]


def test_environments_of_one_comparison_are_told_apart(session: Session) -> None:
    before = parsed("permit(principal, action, resource);")
    after = parsed('permit(principal, action == Action::"read", resource);')
    compared = compare_sets(session, before, after, Limits())
    assert [each.order for each in compared] == ["equivalent", "less permissive"]


def test_published_examples_of_cedars_own_analyser_come_out_the_same(session: Session) -> None:
    """Shadowed, overridden, redundant and vacuous policies in one set."""
    set_of = {
        "all-read": 'permit(principal, action == Action::"read", resource);',
        "own-read": 'permit(principal, action == Action::"read", resource) when { resource.owner == principal };',
        "no-write": 'forbid(principal, action == Action::"write", resource);',
        "own-write": 'permit(principal, action == Action::"write", resource) when { resource.owner == principal };',
        "never": "permit(principal, action, resource) when { principal.level < 1 && principal.level > 2 };",
    }
    found = report_policies(session, {name: parse(text) for name, text in set_of.items()}, Limits())
    assert {each.name: [finding.kind for finding in each.findings] for each in found} == {
        "all-read": ["ALLOW_ALL"],
        "own-read": ["shadowed"],
        "no-write": ["DENY_ALL"],
        "own-write": ["overridden"],
        "never": ["ALLOW_NONE"],
    }


def test_relations_that_hold_in_a_part_of_the_scope_are_told_for_that_part(session: Session) -> None:
    set_of = {
        "owner": "permit(principal, action, resource) when { resource.owner == principal };",
        "readers": 'permit(principal, action == Action::"read", resource);',
    }
    found = report_policies(session, {name: parse(text) for name, text in set_of.items()}, Limits())
    assert [(each.kind, each.policies) for each in found[0].findings] == [
        ("in_part", ("readers",)),
    ]
    assert found[0].findings[0].sentence == (
        "For User read Doc: Everything that it allows is allowed by readers already."
    )
    set_of["writers"] = 'permit(principal, action == Action::"write", resource);'
    found = report_policies(session, {name: parse(text) for name, text in set_of.items()}, Limits())
    assert [(each.kind, set(each.policies)) for each in found[0].findings] == [("redundant", {"readers", "writers"})]


def test_an_invalid_policy_is_named_with_cedars_own_sentence(session: Session) -> None:
    (found,) = report_policies(
        session, {"p": parse("permit(principal, action, resource) when { principal.x };")}, Limits()
    )
    assert [finding.kind for finding in found.findings] == ["INVALID"]
    assert "`x`" in found.findings[0].sentence


def test_schema_files_of_both_syntaxes_give_the_same_model(tmp_path: Path) -> None:
    handle = cedarpy.Schema.from_str(SCHEMA)
    document = schema_document(handle)
    assert schema_model(document) == schema_model(json.loads(json.dumps(document)))
    assert str(cedarpy.Schema.from_json_str(json.dumps(document))) == str(handle)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ([("permit", "context.n > 5")], [("permit", "context.n < 6")], "none"),
        ([("permit", "context.n > 5")], [("permit", "context.n < 7")], "some"),
        ([("permit", "context.n > 5")], [("permit", "context.n < 9"), ("forbid", "context.n > 5")], "none"),
        ([("permit", "context.n > 5"), ("forbid", "context.n > 6")], [("permit", "context.n > 6")], "none"),
        ([], [("permit", "true")], "none"),
        ([("permit", "context.from.isInRange(context.from)")], [("permit", "context.n > 5")], "unknown"),
    ],
)
def test_disjoint_sets_allow_no_request_together(
    one: list[tuple[str, str]], other: list[tuple[str, str]], shared: str, session: Session
) -> None:
    """Of two sets with policies of the same names, each with its own forbids."""
    first, second = (
        parsed(*(f"{effect}(principal, action, resource) when {{ {condition} }};" for effect, condition in policies))
        for policies in (one, other)
    )
    found = both_allow(session, first, second, Deadline(Limits()))
    assert shared == ("none" if found is None else "unknown" if isinstance(found, Unknown) else "some")
