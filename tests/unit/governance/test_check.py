"""What is said against a text that can be used, and that it is said exactly when it is so."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bot.analysis import Limits
from bot.governance import Action, ChangeFacts, Governance, PersonFacts
from bot.governance.check import check, findings
from bot.governance.facts import ACTS
from tests.support.facts import CHANNEL, ROUTE, change, member

FULL_MEMBERS = """
@id("only-members") forbid (principal, action, resource)
when { principal.guest || principal.outsider || principal.bot || principal.deleted };
@id("proposing") permit (principal, action == Action::"propose", resource);
@id("rejecting") permit (principal, action == Action::"reject", resource);
@id("not-ones-own") forbid (principal, action == Action::"approve", resource) when { resource.requester == principal };
"""
APPROVE = 'permit (principal, action == Action::"approve", resource)'
NARROWING_ONLY = (
    f'@id("n") {APPROVE} when {{ resource.narrows }};\n@id("w") forbid {APPROVE[6:]} when {{ resource.widens }};'
)
CLEAN = f"""
@id("narrow") @group("security") {APPROVE} when {{ resource.narrows && !resource.widens }};
@id("wide") @group("security") @quorum("2") {APPROVE} when {{ resource.widens }};
@id("neither") {APPROVE} when {{ principal.admin }};
"""


NO_ACT = " && ".join(f'resource.act != "{act}"' for act in ACTS)
OTHERS_OR_ADMINS = f'@id("a") @quorum("2") {APPROVE} when {{ principal.admin || resource.requester != principal }};'


def said(text: str) -> list[str]:
    return list(findings(Governance.of(FULL_MEMBERS + text)))


@pytest.mark.parametrize(
    "text",
    [CLEAN, OTHERS_OR_ADMINS, f'@id("all") {APPROVE};', f"{CLEAN}forbid {APPROVE[6:]} when {{ resource.looser }};"],
)
def test_nothing_is_said_where_nothing_is_wrong(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "governance.cedar: Nobody can ever approve anything"),
        (NARROWING_ONLY, "governance.cedar: Nobody can ever approve a widening change (resource.widens)"),
        (
            f'@id("a") {APPROVE} unless {{ resource.act == "revoke" }};',
            'governance.cedar: Nobody can ever approve a change with resource.act == "revoke"',
        ),
        (
            f'@id("a") {APPROVE};\n@id("b") {APPROVE} when {{ principal.admin }} unless {{ principal.admin }};',
            "governance.cedar:8: The policy “b” never applies",
        ),
        (
            f'@id("a") {APPROVE};\n@id("b") {APPROVE} when {{ {NO_ACT} }};',
            "governance.cedar:8: The policy “b” never applies",
        ),
        (
            f'@id("a") {APPROVE};\n@id("b") {APPROVE} when {{ principal.guest }};',
            "governance.cedar:8: The policy “b” permits nothing: “only-members” always refuses it",
        ),
        (
            f'@id("a") {APPROVE};\n@id("b") {APPROVE} when {{ principal.guest || resource.requester == principal }};',
            "governance.cedar:8: The policy “b” permits nothing: one forbid or another always refuses it",
        ),
        (
            f'@id("a") @quorum("2") {APPROVE} when {{ principal == Person::"U0AVERY" }};',
            "governance.cedar:7: The policy “a” takes 2 votes, and only 1 can ever be given: by U0AVERY",
        ),
        (
            f'@id("a") @quorum("3") {APPROVE} when {{ principal in [Person::"U0AVERY", Person::"U0BLAIR"] }};',
            "governance.cedar:7: The policy “a” takes 3 votes, and only 2 can ever be given: by U0AVERY and U0BLAIR",
        ),
        (
            f'@id("a") {APPROVE} when {{ principal.admin }};\n@id("b") @group("security") {APPROVE};\n'
            f'forbid {APPROVE[6:]} when {{ resource.widens && principal in Group::"security" }};',
            "governance.cedar:8: Nobody can ever approve a widening change (resource.widens) that the policy “b”",
        ),
        (
            f'@id("a") @quorum("2") {APPROVE} when {{ principal.admin || resource.narrows }};',
            "governance.cedar:7: A clause of the policy “a” asks about the person and about the change at once",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, wanted: str) -> None:
    found = said(text)
    assert any(line.startswith(wanted) for line in found), found


def test_who_should_not_and_could_is_said_with_what_forbids_it() -> None:
    found = findings(
        Governance.of(f'@id("propose") permit (principal, action == Action::"propose", resource);\n{APPROVE};')
    )
    assert len([line for line in found if "Nobody" in line]) == 1
    wanted = (
        "Whoever proposes a change could approve it themselves, by “line 2”",
        "Guests could propose rules here, approve this change, by “propose”, “line 2”",
        "People of other workspaces could propose rules here",
        "Apps and bots could propose rules here",
        "People who left could propose rules here",
    )
    for each in wanted:
        line = next(line for line in found if line.startswith(f"governance.cedar: {each}"))
        assert "To forbid it: forbid" in line
    repaired = "\n".join(line.split("To forbid it: ")[1] for line in found if "To forbid it" in line)
    assert findings(Governance.of(f"{FULL_MEMBERS}{APPROVE};{repaired}")) == ()


def test_what_could_not_be_decided_is_not_analysed_and_nothing_else_is_claimed() -> None:
    found = findings(Governance.of(FULL_MEMBERS + CLEAN), Limits(query_seconds=0.0, review_seconds=0.0))
    assert found
    assert all(line.startswith("governance.cedar: Not analysed: ") for line in found)


def test_the_exit_code_says_which_it_is(tmp_path: Path) -> None:
    file = tmp_path / "governance.cedar"
    assert check(file)[1] == 2
    file.write_text("permit;", encoding="utf-8")
    assert check(file)[1] == 2
    file.write_text(FULL_MEMBERS, encoding="utf-8")
    lines, code = check(file)
    assert (len(lines), code) == (1, 1)
    assert lines[0].startswith(f"{file}: Nobody can ever approve anything")
    file.write_text(FULL_MEMBERS + CLEAN, encoding="utf-8")
    assert check(file) == ((), 0)


ATOMS = (
    "principal.admin",
    "principal.guest",
    'principal == Person::"U0AVERY"',
    'principal in Group::"security"',
    "resource.requester == principal",
    "resource.widens",
    "resource.narrows",
    'resource.act == "promote"',
    "principal.bot",
)


def random_text(random: Random) -> str:
    """A few policies of a few clauses each over what the space below tells apart."""

    def clause() -> str:
        atoms = [
            ("!" if random.random() < 0.3 else "") + f"({random.choice(ATOMS)})"
            for _ in range(random.choice((1, 1, 2)))
        ]
        return f"{random.choice(('when', 'unless'))} {{ {random.choice((' && ', ' || ')).join(atoms)} }}"

    policies = []
    for number in range(random.randint(2, 5)):
        effect = random.choice(("permit", "permit", "forbid"))
        mark = random.choice(("", '@quorum("2") ')) if effect == "permit" else ""
        clauses = " ".join(clause() for _ in range(random.randint(0, 2)))
        policies.append(f'@id("p{number}") {mark}{effect} {APPROVE[6:]} {clauses};')
    return "\n".join(policies)


def space() -> Iterator[tuple[PersonFacts, ChangeFacts]]:
    """Everybody and every change that these policies can tell apart."""
    flags = (False, True)
    people = [
        member(each, *groups, admin=admin, guest=guest, bot=bot)
        for each in ("U0AVERY", "U0BLAIR")
        for groups in ((), ("security",))
        for admin, guest, bot in itertools.product(flags, repeat=3)
    ]
    for person in people:
        for widens, narrows in itertools.product(flags, flags):
            for act in ("promote", "revoke"):
                for requester in (person.id, "U0DANA"):
                    yield person, change(requester, widens=widens, narrows=narrows, act=act)


@pytest.mark.parametrize("seed", range(6))
def test_what_the_solver_says_is_what_every_person_and_change_shows(seed: int) -> None:
    agrees(seed)


def agrees(seed: int) -> None:
    """The findings of a random text against Cedar on the whole space."""
    governance = Governance.of(random_text(Random(seed)))
    found = "\n".join(findings(governance))
    rulings = [
        (person, facts, governance.ruling(Action.APPROVE, person, CHANNEL, ROUTE, facts)) for person, facts in space()
    ]
    allowed = [(person, facts, ruling) for person, facts, ruling in rulings if ruling.allowed]
    assert "Not analysed" not in found
    assert ("Nobody can ever approve anything" in found) is (not allowed)
    if allowed:
        assert ("ever approve a widening change (resource.widens):" in found) is not any(
            f.widens for _, f, _ in allowed
        )
        assert ("ever approve a narrowing change (resource.narrows):" in found) is not any(
            f.narrows for _, f, _ in allowed
        )
        for act in ACTS:
            like = act if act == "promote" else "revoke"
            claimed = f'ever approve a change with resource.act == "{act}":' in found
            assert claimed is not any(facts.act == like for _, facts, _ in allowed)
    applying = {
        facts: {name for each in governance.requirements(CHANNEL, ROUTE, facts) for name in each.policies}
        for facts in {facts for _, facts, _ in allowed}
    }
    marked = {rule.name for rule in governance.rules if rule.marked}
    for _, facts, ruling in allowed:
        wanted = marked & applying[facts]
        assert {*ruling.policies} & marked <= wanted
        assert wanted or {*ruling.policies} <= applying[facts]
    assert ("approve it themselves" in found) is any(person.id == facts.requester for person, facts, _ in allowed)
    assert ("Guests could approve" in found) is any(person.guest for person, _, _ in allowed)
    assert ("Apps and bots could approve" in found) is any(person.bot for person, _, _ in allowed)
    for rule in governance.rules:
        if not rule.permits:
            continue
        who = {person.id for person, _, ruling in allowed if rule.name in ruling.policies}
        without = [f"The policy “{rule.name}” never applies", f"The policy “{rule.name}” permits nothing"]
        assert any(each in found for each in without) is (not who), (seed, rule.name)
        few = f"“{rule.name}” takes 2 votes, and only 1 can ever be given" in found
        assert few is (rule.quorum == 2 and who == {"U0AVERY"})
