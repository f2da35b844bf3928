"""A verb says what is done: another verb stands for a tool's own only where both have the same senses."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.cedar import Gateway, Tool
from bot.language import translate
from bot.language.text.words import parts, singular, stem
from bot.language.wordlists import VERB_CLASSES
from tests.support.gateways import load_gateway
from tests.support.sweeps import sampled

CORPORA = Path(__file__).parents[2] / "corpora"
FILES = sorted(path for folder in (".", "second") for path in (CORPORA / folder / "gateways").glob("*.json"))
FILES += sorted((CORPORA / "desks").glob("*.json"))
GATEWAYS = sorted((CORPORA / "third" / "gateways").glob("*.json"))
READING = ("view", "list", "check", "see", "read", "show", "search", "fetch", "inspect", "browse", "monitor", "review")
READS = frozenset(map(stem, VERB_CLASSES["read"] | VERB_CLASSES["export"])) - {"open", "write"}
OTHER = ("delete", "approve", "cancel", "update", "send", "reject")


def read_as(rule: str, gateway: Gateway) -> str:
    return " ".join(asset.statement or "" for asset in translate(rule, gateway))


def nouns_of(gateway: Gateway) -> Iterator[tuple[Tool, str]]:
    for tool in gateway.tools:
        if len(parts(tool.name)) > 1:
            yield tool, " ".join(parts(tool.name)[1:])


def says(tool: Tool, verb: str) -> bool:
    return stem(verb) in {stem(word) for word in (*parts(tool.name), *parts(tool.description))}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_reading_never_names_a_tool_that_changes_something(path: Path) -> None:
    gateway = load_gateway(path)
    changing = [(tool, noun) for tool, noun in nouns_of(gateway) if stem(parts(tool.name)[0]) not in READS]
    assert changing
    for (tool, noun), verb in sampled(itertools.product(changing, READING), 30):
        if not says(tool, verb) and stem(parts(tool.description)[0]) not in READS:
            assert f'"{tool.action}"' not in read_as(f"allow clerks to {verb} {noun}", gateway), (verb, noun)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_two_verbs_that_say_different_things_never_name_one_tool(path: Path) -> None:
    gateway = load_gateway(path)
    for tool, noun in sampled(nouns_of(gateway), 8):
        named = [
            verb
            for verb in OTHER
            if not says(tool, verb) and f'"{tool.action}"' in read_as(f"block {verb} {noun}", gateway)
        ]
        assert len(named) < 2, (tool.action, named)


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ("allow tellers to view accounts", "view accounts"),
        ("allow tellers to list accounts", "accounts"),
        ("nobody can shut accounts", "`close_account` and `freezeAccount`"),
        ("allow tellers to set limits", "`raise_limit`"),
        ("allow tellers to write accounts", "`open_account`"),
        ("allow tellers to delete transactions", "transactions"),
    ],
)
def test_a_verb_of_another_or_a_second_sense_is_refused(rule: str, named: str, desk: Callable[[str], Gateway]) -> None:
    (asset,) = translate(rule, desk("banking"))
    assert asset.statement is None
    assert named in asset.findings[0].description


@pytest.mark.parametrize(
    ("rule", "action"),
    [
        ("allow tellers to check balances", "Accounts___get_balance"),
        ("allow tellers to lock cards", "Card-Services___block_card"),
        ("allow tellers to make transfers", "Payments___transfer_funds"),
        ("allow tellers to file loan applications", "LoanDesk___submit_application"),
        ("allow tellers to resolve accounts", "Accounts___close_account"),
    ],
)
def test_a_verb_of_the_same_sense_stands_for_the_tools_own(
    rule: str, action: str, desk: Callable[[str], Gateway]
) -> None:
    assert f'"{action}"' in read_as(rule, desk("banking"))


# Tools whose verb takes the thing of their name away, looks at it or changes it: who does "the thing" does not do that.
TURNS = frozenset(
    ("update", "get", "list", "find", "read", "release", "lift", "cancel", "delete", "remove", "silence", "pay",
     "override", "query", "retract", "modify", "resolve", "waive", "reject", "transfer", "approve", "toggle")
)  # fmt: skip


@pytest.mark.parametrize("path", [*FILES, *GATEWAYS], ids=lambda path: path.stem)
def test_a_noun_of_a_tools_name_is_no_verb_of_it(path: Path) -> None:
    """Who may "email customers" may not `update_customer_email`, and who holds shipments does not `release_hold`."""
    gateway = load_gateway(path)
    for tool in sampled(gateway.tools, 20):
        first, *rest = parts(tool.name)
        if first not in TURNS or len(rest) != 1 + (len(rest) > 1) or says_twice(tool, rest[-1]):
            continue
        verb = singular(rest[-1])
        thing = f"the {rest[0]}s" if len(rest) > 1 else ""
        for rule in (
            f"clerks may {verb} {thing}", f"allow clerks to {verb} {thing}", f"let clerks {verb} {thing}",
            f"nobody may {verb} {thing}",
        ):  # fmt: skip
            assert f'"{tool.action}"' not in read_as(rule.strip(), gateway), rule


def says_twice(tool: Tool, noun: str) -> bool:
    """Whether the description says with the noun itself what the tool does."""
    return stem(parts(tool.description)[0]) == stem(noun)


@pytest.mark.parametrize(
    ("rule", "gateway"),
    [
        ("support agents may email customers", "support"),
        ("emailing customers is blocked", "support"),
        ("customers may be emailed by agents", "support"),
        ("let agents email customers", "support"),
        ("nobody may email customers", "support"),
    ],
)
def test_a_verb_that_no_tool_does_names_none(rule: str, gateway: str, desk: Callable[[str], Gateway]) -> None:
    (asset,) = translate(rule, desk(gateway))
    assert asset.statement is None
    assert "customers" in asset.findings[0].description


@pytest.mark.parametrize(
    ("rule", "action"),
    [
        ("support agents may refund", "RefundTool___process_refund"),
        ("support agents may update customer emails", "CustomerRecords___updateCustomerEmail"),
        ("customer emails may be updated by agents", "CustomerRecords___updateCustomerEmail"),
    ],
)
def test_the_noun_alone_says_it_of_what_makes_the_thing(rule: str, action: str, desk: Callable[[str], Gateway]) -> None:
    assert f'"{action}"' in read_as(rule, desk("support"))
