"""Sentences as people type them to a bot, and as they write policies and mails, for the desks that most teams have.

`tests/corpora/spoken.jsonl` has each with its `gold`, judged by hand before it could be read: its policies, or none
where it is refused; those with `asks` are asked, with these readings. `formal.jsonl` and `chatty.jsonl` have policies
and mails, and those of a chat and of people whose first language is another, `shapes.jsonl` tables, labels and rules
that lean on the one before: their gold is what the reader gave when
they were taught, looked over by their authors.
"""

from __future__ import annotations

import collections
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.cedar import Gateway
from bot.language import translate

CORPORA = Path(__file__).parents[2] / "corpora"


@pytest.mark.parametrize("corpus", ["spoken", "formal", "chatty", "shapes"])
def test_what_people_say_is_read_as_it_was_judged(
    corpus: str, desk: Callable[[str], Gateway], compare: Callable[[Gateway, Sequence[str], Sequence[str]], Any]
) -> None:
    wrong = []
    counted: collections.Counter[str] = collections.Counter()
    for line in (CORPORA / f"{corpus}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        gateway = desk(row["gateway"])
        assets = translate(row["rule"], gateway)
        statements = [" ".join(asset.statement.split()) for asset in assets if asset.statement]
        if sorted(statements) != sorted(row["gold"]) and (
            not statements or not row["gold"] or compare(gateway, statements, row["gold"]).verdict != "equal"
        ):
            wrong.append((row["rule"], statements))
        asked = [reading.said for asset in assets for reading in asset.readings]
        if "asks" in row and asked != row["asks"]:
            wrong.append((row["rule"], asked))
        # Whichever is meant of up to three is one click away.
        offered = {offer.statements for asset in assets for offer in asset.offers}
        readings = [reading for asset in assets for reading in asset.readings]
        wrong += [(row["rule"], [each.said]) for each in readings[:3] if each.statements not in offered]
        counted["read" if row["gold"] else "asked" if "asks" in row else "refused"] += 1
    assert wrong == []
    assert counted["read"] + counted["asked"] > 2 * counted["refused"], counted
