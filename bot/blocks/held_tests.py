"""The team's tests of a route: on a card, as a list, and the buttons that keep a tried request as one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import ids
from bot.blocks.difference import request_words
from bot.blocks.kit import Block, bullets, button, context, cut, escape, line, person, rich, section, words
from bot.review.messages import SlackMessage
from bot.review.model import Draft
from bot.review.tested import NAME_LIMIT, Example
from bot.review.trying import Trial

_SAID, _SHOWN, _LISTED = 200, 5, 40


def tests_blocks(draft: Draft) -> list[Block]:
    """How many of the tests hold with a draft in force, and which it breaks; nothing where there are none."""
    found = draft.analysis
    if not found.tested:
        return []
    said = [line(words(f"{found.held} of {found.tested} tests hold. "), *_breaks(found.broken))]
    if found.failing:
        names = ", ".join(f"“{cut(each, NAME_LIMIT)}”" for each in found.failing[:_SHOWN])
        more = f" and {len(found.failing) - _SHOWN} more" if len(found.failing) > _SHOWN else ""
        said.append(line(words(f"Not as wanted today, and not with this either: {names}{more}.")))
    shown = [[words(cut(each, _SAID))] for each in found.broken[:_SHOWN]]
    if len(found.broken) > _SHOWN:
        shown.append([words(f"and {len(found.broken) - _SHOWN} more")])
    return [rich(*said, *([bullets(shown)] if shown else []))]


def _breaks(broken: Sequence[str]) -> list[Block]:
    if not broken:
        return []
    return [words(f"It breaks {'one' if len(broken) == 1 else len(broken)}, or may:", bold=True)]


def tests_message(examples: Sequence[Example]) -> SlackMessage:
    """The tests of a route, for one person."""
    if not examples:
        sentence = (
            "There are no tests on this channel's route. Keep one with “Keep as a test” after Try a request, or with "
            "/policy test add NAME allow CLAIM=VALUE TOOL INPUT=VALUE"
        )
        return SlackMessage(sentence, (section(sentence),))
    items = [
        [
            words(cut(each.name, NAME_LIMIT), bold=True),
            words(
                f": must stay {'allowed' if each.allowed else 'denied'}: {cut(request_words(each.request), 300)}, by "
            ),
            person(each.added_by),
        ]
        for each in examples[:_LISTED]
    ]
    blocks: list[Block] = [rich(bullets(items))]
    if len(examples) > _LISTED:
        blocks.append(context(f"… and {len(examples) - _LISTED} more."))
    blocks.append(context("/policy test remove NAME gives one up."))
    text = f"{len(examples)} tests: {', '.join(each.name for each in examples[:_LISTED])}"
    return SlackMessage(escape(cut(text, 900)), tuple(blocks))


def keep_buttons(trial: Trial) -> Block:
    """Under a tried request: keep it as a test, as it is with the draft or as it is today."""
    now = [("with the draft", trial.after.allowed)]
    if trial.today.allowed is not trial.after.allowed:
        now.append(("today", trial.today.allowed))
    elements = [
        button(
            f"Keep as a test: stays {'allowed' if allowed else 'denied'}" + (f", as {when}" if len(now) > 1 else ""),
            ids.KEEP_ALLOWED if allowed else ids.KEEP_DENIED,
            "allowed" if allowed else "denied",
        )
        for when, allowed in now
    ]
    return {"type": "actions", "elements": elements}


def kept_words(example: Example) -> Block:
    """That a request was kept."""
    wanted = "allowed" if example.allowed else "denied"
    return section(f"Kept as the test “{cut(example.name, NAME_LIMIT)}”: it must stay {wanted}.")
