"""What a question offers where a rule is not read: the inputs that a bare value may be of, the tools that words fit."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from bot.cedar import Gateway
from bot.language import assets_as_api, translate
from bot.language.readback import read_back


@pytest.mark.parametrize(
    ("name", "rule", "said"),
    [
        ("github", "developers may create branches in storefront", ['the repo is "storefront"']),
        ("retail-desk", "team leads may modify the address", ["modify_pending_order_address", "modify_user_address"]),
        ("airline-desk", "let anyone search direct flights from SFO", ['the origin is "SFO"']),
        ("airline-desk", "booking agents may book reservations to BOS", ['the destination is "BOS"']),
    ],
)
def test_a_rule_that_leaves_one_thing_out_is_asked_with_what_it_may_mean(
    desk: Callable[[str], Gateway], name: str, rule: str, said: list[str]
) -> None:
    """Nothing is a policy before somebody chose it, and each choice is a whole rule in plain words."""
    (asset,) = translate(rule, desk(name))
    assert asset.statement is None
    assert len(asset.readings) == len(said)
    for reading, words in zip(asset.readings, said, strict=True):
        assert words in reading.said
        assert reading.statements
        assert reading.said in asset.findings[0].description


@pytest.mark.parametrize(
    "rule", ["block pushing files to important branches", "reviewers may delete branches in web", "fork it on fridays"]
)
def test_what_no_tool_can_honour_offers_no_reading(desk: Callable[[str], Gateway], rule: str) -> None:
    """A vague word, an unknown tool or a weekday is refused, and not guessed at."""
    (asset,) = translate(rule, desk("github"))
    assert asset.statement is None
    assert asset.readings == ()


def test_a_number_in_backticks_is_a_number_and_in_quotes_a_text(desk: Callable[[str], Gateway]) -> None:
    """Backticks mark what is typed as it is."""
    (ticked,) = translate("allow refunds up to `100`", desk("support"))
    (quoted,) = translate('allow refunds up to "100"', desk("support"))
    assert ticked.statement is not None
    assert "context.input.amount <= 100" in ticked.statement
    assert quoted.statement is None


@pytest.mark.parametrize(
    ("name", "rule", "offered"),
    [
        ("retail-desk", "team leads may modify the address", 2),
        ("retail-desk", "allow managers to cancel ordrs", 1),
        ("retail-desk", "Everyone may calculate. support agents may cancle pending orders; nobody may find users", 1),
        ("retail-desk", "editors may calculate, interns may cancle pending orders", 1),
        ("airline-desk", "let anyone search direct flights from SFO", 1),
        ("github", "Rules:\n- developers may create branches in storefront\n- interns may not fork repositories", 1),
        ("support", "refunds undr 100 are allowed for managers", 1),
    ],
)
def test_each_offer_is_a_whole_rule_that_says_what_it_is_offered_for(
    desk: Callable[[str], Gateway], name: str, rule: str, offered: int
) -> None:
    """Taken by itself it gives its policies; put into the message, every other piece stays what it was, or is what it
    was refused for the sake of this one."""
    gateway = desk(name)
    assets = translate(rule, gateway)
    asset = next(asset for asset in assets if asset.offers)
    others = [other.statement for other in assets if other.statement]
    assert offered <= len(asset.offers) <= 3
    for offer in asset.offers:
        assert tuple(found.statement for found in translate(offer.rule, gateway)) == offer.statements
        assert offer.said == " ".join(read_back(text, gateway) for text in offer.statements)
        found = [each.statement for each in translate(offer.message, gateway) if each.statement]
        of_its_sentence = [each.fragment for each in assets if "belongs to this rule" in each.findings[0].description]
        alone = [each.statement for text in of_its_sentence for each in translate(text, gateway) if each.statement]
        assert sorted(found) == sorted([*others, *alone, *offer.statements])
        assert asset.fragment not in offer.message


def test_what_is_offered_is_in_the_answer_as_json_and_in_no_answer_of_the_service(
    desk: Callable[[str], Gateway],
) -> None:
    assets = translate("team leads may modify the address. nobody may calculate.", desk("retail-desk"))
    asked, plain = assets_as_api(assets, offers=True)
    assert [offer["said"] for offer in asked["offers"]] == [offer.said for offer in assets[0].offers]
    assert "offers" not in plain
    assert all("offers" not in each for each in assets_as_api(assets))


@pytest.mark.parametrize(
    ("gateway", "rule", "inputs"),
    [
        ("claims", "No repair bookings with AutoFix", ["garage"]),
        ("github", "No file deletions on trunk", ["branch"]),
        ("banking", "Block wires to GB", ["country", "name"]),
    ],
)
def test_a_value_is_offered_on_what_the_named_tool_takes(
    gateway: str, rule: str, inputs: list[str], desk: Callable[[str], Gateway]
) -> None:
    """Not on what only a machine spells: nobody wires to an IBAN called GB."""
    (found,) = translate(rule, desk(gateway))
    assert found.statement is None
    said = [re.search(r"when the (?:\w+ )?(\w+) is", reading.said) for reading in found.readings]
    assert sorted(match[1] for match in said if match) == inputs
