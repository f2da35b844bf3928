"""A sentence of its own that only narrows: behind several rules it may be of each, and is never of the last alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from bot.cedar import Gateway
from bot.language import translate

WHO = ("managers", "leads", "auditors")
WAYS: dict[str, Callable[[list[str]], str]] = {
    "sentences": lambda who: " ".join(f"{each.title()} may refund." for each in who),
    "lines": lambda who: "\n".join(f"{each} may refund" for each in who) + "\n",
    "bullets": lambda who: "\n".join(f"- {each} may refund" for each in who) + "\n",
    "numbered": lambda who: "\n".join(f"{at}. {each} may refund" for at, each in enumerate(who, 1)) + "\n",
    "clauses": lambda who: "; ".join(f"({'abc'[at]}) {each} may refund" for at, each in enumerate(who)) + ". ",
    "below a noun": lambda who: "Refunds:\n" + "\n".join(f"- {each}: up to 500" for each in who) + "\n",
    "below a title": lambda who: "# Refunds\n" + "\n".join(f"- {each}: up to 500" for each in who) + "\n",
    "a table": lambda who: "| role | tool |\n|---|---|\n" + "\n".join(f"| {each} | refunds |" for each in who) + "\n",
}
LIMITS = {
    "Only in USD.": "USD",
    "Not between 10pm and 6am UTC.": "now",
    "Only when express is false.": "express",
    "Except when the reason is damaged.": "damaged",
    "Until 2027-01-31.": "2027",
    "Unless it is express.": "express",
    "This does not apply to express refunds.": "express",
    "This applies only in USD.": "USD",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("limit", LIMITS)
def test_what_narrows_behind_several_rules_is_in_each_or_none_is_read(
    way: str, limit: str, desk: Callable[[str], Gateway]
) -> None:
    """ "Managers may refund. Leads may refund. Only in USD." let managers refund in any currency, and below "Refunds:"
    it was a permit for everyone."""
    for count, end in itertools.product((2, 3), ("", " Thanks!")):
        rule = WAYS[way](list(WHO[:count])) + (" " if way == "sentences" else "") + limit + end
        found = [asset.statement for asset in translate(rule, desk("support")) if asset.statement]
        assert all(LIMITS[limit] in statement and "getTag" in statement for statement in found), rule


@pytest.mark.parametrize("limit", [limit for limit in LIMITS if not limit.startswith("This")])
def test_behind_one_rule_it_is_of_that_rule(limit: str, desk: Callable[[str], Gateway]) -> None:
    (asset,) = translate(f"Managers may refund. {limit}", desk("support"))
    assert asset.statement is not None
    assert LIMITS[limit] in asset.statement
