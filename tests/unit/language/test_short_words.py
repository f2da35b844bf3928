"""What a word is short for, and what is opened: "PRs" are pull requests where a gateway speaks of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cedar import Gateway
from bot.language import translate
from bot.language.gateway.lexicon import lexicon_for
from bot.language.wordlists import ABBREVIATIONS
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"
FILES = sorted(path for folder in (".", "second", "third") for path in (CORPORA / folder / "gateways").glob("*.json"))


def read_as(rule: str, gateway: Gateway) -> list[str]:
    return [asset.statement or "" for asset in translate(rule, gateway)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_short_word_is_read_as_the_whole(path: Path) -> None:
    gateway = load_gateway(path)
    own = lexicon_for(gateway).own_words
    for short, words in ABBREVIATIONS.items():
        if short in own or words[-1] not in own:
            continue
        whole = " ".join(words)
        for rule in ("nobody may get {}", "nobody may delete {}", "managers may create {}", "list {} is denied"):
            assert read_as(rule.format(short), gateway) == read_as(rule.format(whole), gateway), (rule, short)


@pytest.fixture(scope="module")
def github() -> Gateway:
    return load_gateway(CORPORA / "third" / "gateways" / "github.json")


@pytest.mark.parametrize(
    ("rule", "action"),
    [
        ("release managers can merge PRs", "merge_pull_request"),
        ("devs may open PRs against the base main", "create_pull_request"),
        ("developers may open issues in the repo docs", "create_issue"),
        ("nobody may file issues in the repo docs", "create_issue"),
        ("pull requests may be opened by developers", "create_pull_request"),
        ("opening issues is blocked for bots", "create_issue"),
        ("developers may list open issues", "list_issues"),
        ("open issues may be listed by developers", "list_issues"),
        ("users in team pr may merge PRs", "merge_pull_request"),
    ],
)
def test_what_is_opened_is_created(rule: str, action: str, github: Gateway) -> None:
    (statement,) = read_as(rule, github)
    assert f'"GitHub___{action}"' in statement


def test_a_claim_of_a_short_name_stays(github: Gateway) -> None:
    (statement,) = read_as("users in team pr may merge PRs", github)
    assert 'principal.getTag("team") == "pr"' in statement


@pytest.mark.parametrize("rule", ["developers may open files", "interns may open accounts"])
def test_what_may_be_looked_at_as_well_is_asked(rule: str, github: Gateway, desk: Callable[[str], Gateway]) -> None:
    gateway = github if "files" in rule else desk("banking")
    assert read_as(rule, gateway) in ([""], read_as("interns may use open_account", gateway))
