"""What a tool's description says that it does, word for word, names that tool: said as an order, and in the passive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cedar import Gateway
from bot.language import translate
from bot.language.text.words import parts, stem
from bot.language.wordlists import IRREGULAR_FORMS, PREPOSITIONS, words
from tests.support.gateways import load_gateway
from tests.support.sweeps import sampled

CORPORA = Path(__file__).parents[2] / "corpora"
# GitHub's and Stripe's descriptions are no orders, and several of GitHub's tools do the same.
PATHS = [
    path
    for path in sorted({*(CORPORA / "gateways").glob("*.json"), *CORPORA.glob("*/gateways/*.json")})
    if path.stem not in {"github", "stripe"}
]
_OBJECT = r"(?:a |an |the )?([a-z]+(?: [a-z]+)?)"
_TOLD = re.compile(
    rf"([A-Z][a-z]+) {_OBJECT} (to|from|on|in|for|of|into|off) ((?:a |an |the |another )?[a-z]+(?: [a-z]+)?)"
)


def _clause(description: str) -> str:
    return re.split(r"[.,;:(/]| - | – ", description)[0].strip()


def _said(rule: str, gateway: Gateway) -> list[str | None]:
    return [asset.statement for asset in translate(rule, gateway)]


def _described() -> Iterator[tuple[str, str, str]]:
    """A gateway's name, a rule in the words of one of its tools, and the same with the tool's own name."""
    for path in PATHS:
        for tool in load_gateway(path).tools:
            clause = _clause(tool.description)
            if 2 < len(clause.split()) < 10:
                yield str(path), f"everyone may {clause[0].lower()}{clause[1:]}", f"everyone may call {tool.action}"


def test_what_a_description_says_is_read_as_its_tool_or_refused() -> None:
    """Hardly ever refused, and never another tool or something of it."""
    refused, wrong, cases = [], [], sampled(_described(), 160)
    for path, rule, named in cases:
        gateway = load_gateway(Path(path))
        said = _said(rule, gateway)
        if None in said:
            refused.append(rule)
        elif said != _said(named, gateway):
            wrong.append(rule)
    assert wrong == []
    assert len(refused) < len(cases) / 20, refused


def _participle(verb: str) -> str:
    irregular = [form for form, of in IRREGULAR_FORMS.items() if of == verb]
    if irregular:
        return irregular[-1]
    doubled = re.fullmatch(r"[a-z]{0,3}[aiou][gnpt]", verb) and not verb.endswith("it")
    return f"{verb}{verb[-1]}ed" if doubled else f"{verb}d" if verb.endswith("e") else f"{re.sub('y$', 'i', verb)}ed"


def _passives() -> Iterator[tuple[str, str, str]]:
    """A rule in the words of a tool, in the active and in the passive."""
    for path in PATHS:
        for tool in load_gateway(path).tools:
            found = _TOLD.fullmatch(_clause(tool.description))
            if found is None or not PREPOSITIONS.isdisjoint(f"{found[2]} {found[4]}".split()):
                continue
            verb, of, preposition, what = found.groups()
            active = f"everyone may {verb.lower()} a {of} {preposition} {what}"
            yield str(path), active, f"a {of} may be {_participle(verb.lower())} {preposition} {what} by everyone"


def test_the_passive_is_read_as_the_active_is() -> None:
    refused, wrong, read = [], [], 0
    for path, active, passive in sampled(_passives(), 120):
        gateway = load_gateway(Path(path))
        if None in (expected := _said(active, gateway)):
            continue
        said, read = _said(passive, gateway), read + 1
        if None in said:
            refused.append(passive)
        elif said != expected:
            wrong.append(passive)
    assert wrong == []
    assert read > 60
    assert len(refused) < read / 8, refused


@pytest.mark.parametrize(
    ("name", "rule", "same"),
    [
        ("freight", "leads may take a carrier off the approved list", "leads may block_carrier"),
        ("freight", "interns may show where a shipment is", "interns may track_shipment"),
        ("freight", "nobody may send shipments under way to another port", "block reroute_shipment"),
        ("library", "only leads may take items out of the collection for good", "only leads may withdraw_item"),
        # What was spoken of in these words is taken up.
        (
            "freight",
            "planners may show where a shipment is but not cancel it",
            "Planners may track_shipment. Planners may not cancel_shipment.",
        ),
        (
            "freight",
            "leads may track shipments but not cancel them",
            "Leads may track_shipment. Leads may not cancel_shipment.",
        ),
        (
            "port-authority",
            "Guards can revoke gate passes but may not issue them",
            "Guards may revoke_gate_pass. Guards may not issue_gate_pass.",
        ),
        # Who triggers a run cancels none, though `cancel_pipeline` says that it cancels a running one.
        ("pipelines", "managers may trigger a pipeline run", "managers may trigger_pipeline"),
        ("pipelines", "interns may not trigger pipeline runs", "interns may not trigger_pipeline"),
    ],
)
def test_in_the_words_of_a_description(name: str, rule: str, same: str) -> None:
    gateway = load_gateway(next(path for path in PATHS if path.stem == name))
    assert _said(rule, gateway) == _said(same, gateway) != [None]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        # What is said besides is no part of the description, and would be lost.
        ("freight", "leads may take a new carrier off the approved list"),
        ("freight", "nobody may send shipments under way to another country"),
        ("library", "only leads may take items out of the collection for good reasons"),
        # Of "Order an anaesthetic for an operation" the operation alone is not ordered.
        ("animal-hospital", "an operation may be ordered by everyone"),
    ],
)
def test_what_is_said_besides_is_not_lost(name: str, rule: str) -> None:
    gateway = load_gateway(next(path for path in PATHS if path.stem == name))
    assert _said(rule, gateway) == [None]


def _places() -> Iterator[tuple[str, str, str]]:
    """A rule that says a tool's verb of what its description only names as the place of it, and the tool's name."""
    for path in PATHS:
        for tool in load_gateway(path).tools:
            found = _TOLD.fullmatch(_clause(tool.description))
            if found is None or found[3] not in {"to", "from", "in", "into"}:
                continue
            what = found[4].split()[-1]
            own = stem(what) in {*map(stem, parts(tool.name)), *map(stem, found[2].split())}
            if not own and found[1].lower() not in words("tools", "receiving_verbs"):
                yield str(path), f"everyone may {found[1].lower()} a {what}", tool.action


def test_a_noun_that_only_says_where_is_not_what_something_is_done_to() -> None:
    """Who may remove a member from the workspace may remove no workspace."""
    cases = sampled(_places(), 40)
    assert len(cases) > 20
    wrong = [rule for path, rule, action in cases if action in str(_said(rule, load_gateway(Path(path))))]
    assert wrong == []
