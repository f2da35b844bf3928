"""The fifth to the twenty-second corpus, gold first, of voices that spare nobody; and sentences made to mislead, with
what each may mean."""

from __future__ import annotations

import collections
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.cedar import Gateway
from bot.language import translate
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"
SHARED = Path(__file__).parents[4] / "shared" / "rules" / "gateways"
FOLDERS = (
    *(CORPORA / "gateways", CORPORA / "desks"),
    *(CORPORA / name / "gateways" for name in ("third", "fifteenth", "sixteenth", "eighteenth", "nineteenth")),
    *(CORPORA / name / "gateways" for name in ("twentyfirst", "twentysecond", "twentythird")),
    SHARED,
)
NOT_MENDED = {
    # A semicolon parts rules, each with what it says itself; whoever wrote the gold would have the time hold for both.
    "Between 9am and 5pm UTC reps may create deals; managers may delete deals.",
    # Read though it could be asked.
    "Everyone with role rep, role manager and team east may create deals.",
    "Support agents could process refunds.",
    "Tellers may send wires up to 10,000 dollars in EUR.",
    "Tellers may not send wires, nor may clerks, except in EUR.",
    "Doctors may create prescriptions if allergies include latex, nuts or both.",
    "Nurses may record an allergy whose substance is anything.",
    "Agents may search direct flights on 2026-12-24.",
    "Interns should not apply discounts, give bonus points.",
    "Usres who are not branch managers may not raise limits.",
    "Block opening accounts when the account type is savings or chequing.",
    "Let managers export customers if the region is US or TA.",
    # Whom an exception is of, those who call or those whom it is done to, could be asked.
    "everyone may issue refunds, but not for resellers",
    "everyone may terminate employees except contractors",
    "nobody may change salaries except for interns",
    # "Any" may be any of all, or any of those that were spoken of.
    "clerks may waive late fees, but managers may waive any above 20",
    "managers may waive late fees up to 20, and they may refund any",
    "tellers may send EUR wires; managers may send any above 1000",
    "block hiring employees except contractors",
    "block hiring employees unless they are contractors",
    # What stands in front of the first of two rules cannot hold for the second.
    "by rail, clerks may book shipments, leads in any mode",
    "if environment dev or staging, SREs may restart services, leads in any environment",
    # The input that is called user, or the caller.
    "block get_teams unless the user is ana",
    # Both at once are excepted, or each.
    "planners may grant variances, except in zone M1 and where the quorum is below 5",
    # A cap, or the calls up to it.
    "block refunds, amount max 20",
    # The fields of which one is called state, or the states of which one is called closed.
    "writers may list issues in any state, closed",
    # Never true of any call.
    "sre may run runbooks in dev and staging and dry runs in production",
    "Peak season\n- managers may set room rates\n- clerks may set room rates up to $100",
}


def rows(name: str) -> Iterator[tuple[dict[str, Any], Gateway]]:
    for line in (CORPORA / f"{name}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        place = next((path for folder in FOLDERS if (path := folder / f"{row['gateway']}.json").exists()), None)
        if place is not None:
            yield row, load_gateway(place)


def verdict(row: dict[str, Any], gateway: Gateway, compare: Callable[..., Any]) -> str:
    """How the policies of a rule stand to the nearest of its golds; "refused" without any."""
    statements: Sequence[str] = [asset.statement for asset in translate(row["rule"], gateway) if asset.statement]
    if not statements:
        return "refused"
    if row["expect"] == "refuse" or not row["readings"]:
        return "overreach"
    found = {compare(gateway, statements, gold).verdict for gold in row["readings"]}
    return next(each for each in ("equal", "tighter", "looser") if each in found)


@pytest.mark.parametrize(
    ("name", "ordinary", "hard"),
    [
        ("fifth/seen", 0.80, 0.6),
        ("fifth/aside", 0.78, 0.5),
        ("sixth/seen", 0.90, 0.4),
        ("sixth/aside", 0.80, 0.25),
        ("seventh/seen", 0.96, 0.6),
        ("seventh/aside", 0.98, 0.48),
        ("eighth/seen", 0.95, 0.7),
        ("eighth/aside", 0.90, 0.5),
        ("ninth/seen", 0.98, 0.95),
        ("ninth/aside", 0.95, 0.9),
        ("tenth/seen", 0.98, 0.97),
        ("tenth/aside", 0.95, 0.95),
        ("eleventh/seen", 0.95, 0.74),
        ("eleventh/aside", 0.93, 0.8),
        ("twelfth/seen", 0.96, 0.88),
        ("twelfth/aside", 0.95, 0.71),
        ("thirteenth/seen", 0.94, 0.9),
        ("thirteenth/aside", 0.86, 0.78),
        ("fourteenth/seen", 0.92, 0.92),
        ("fourteenth/aside", 0.78, 0.8),
        ("fifteenth/seen", 0.95, 0.92),
        ("sixteenth/seen", 0.94, 0.82),
        ("seventeenth/seen", 0.95, 0.77),
        ("eighteenth/seen", 0.86, 0.85),
        ("eighteenth/aside", 0.88, 0.71),
        ("nineteenth/seen", 0.86, 0.85),
        ("nineteenth/aside", 0.92, 0.71),
        ("twentieth/seen", 0.96, 0.93),
        ("twentyfirst/seen", 0.94, 0.78),
        ("twentysecond/seen", 0.94, 0.72),
        ("twentythird/seen", 0.9, 0.85),
    ],
)
def test_unsparing_voices_are_read_or_refused_and_never_loosely(
    name: str, ordinary: float, hard: float, compare: Callable[..., Any]
) -> None:
    found: collections.Counter[tuple[str, bool]] = collections.Counter()
    wrong = []
    for row, gateway in rows(name):
        said = verdict(row, gateway, compare)
        found[row["voice"], said == ("refused" if row["expect"] == "refuse" else "equal")] += 1
        if said in {"looser", "overreach"}:
            wrong.append((said, row["rule"]))
    assert wrong == []
    for voice, floor in (("ordinary", ordinary), ("hard", hard)):
        assert found[voice, True] >= floor * (found[voice, True] + found[voice, False]), (voice, found)


@pytest.mark.parametrize("corpus", ["fifth", "sixth", "seventh", "eighth", "tenth", "eleventh", "sixteenth"])
def test_what_misleads_is_read_as_it_was_judged_or_not_at_all(corpus: str, compare: Callable[..., Any]) -> None:
    wrong = {
        row["rule"]
        for row, gateway in rows(f"{corpus}/attack")
        if verdict(row, gateway, compare) in {"looser", "overreach"}
    }
    assert wrong <= NOT_MENDED, wrong - NOT_MENDED
