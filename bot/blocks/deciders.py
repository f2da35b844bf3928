"""Who may approve a draft, how many votes it still takes, and who has voted."""

from __future__ import annotations

from collections.abc import Iterator

from bot.blocks.kit import Block, line, person, rich, usergroup, words
from bot.governance import Need
from bot.review.model import Draft

_NAMED, _VOTERS, _NEEDS = 8, 12, 6


def votes_blocks(draft: Draft) -> list[Block]:
    """A line for each thing that an approval takes; nothing before the votes were first counted."""
    needs = draft.tally.needs
    if not needs:
        return []
    return [rich(*(line(*_need(need)) for need in needs[:_NEEDS]))]


def _need(need: Need) -> Iterator[Block]:
    yield words("May approve: ", bold=True)
    whom = [*map(usergroup, need.requirement.groups), *map(person, need.requirement.people)]
    if need.group and need.group not in need.requirement.groups:
        whom.insert(0, usergroup(need.group))
    yield from _listed(whom[:_NAMED]) if whom else [words("whoever the governance of this route permits")]
    if len(whom) > _NAMED:
        yield words(f" and {len(whom) - _NAMED} more")
    if need.quorum == 1:
        yield words(". It takes one vote.")
    else:
        yield words(f". It takes {need.quorum} votes, {need.missing or 'none'} more.")
    if need.voters:
        yield words(" Voted: ")
        yield from _listed([person(each) for each in need.voters[:_VOTERS]])
        yield words("." if len(need.voters) <= _VOTERS else f" and {len(need.voters) - _VOTERS} more.")


def _listed(elements: list[Block]) -> Iterator[Block]:
    for place, element in enumerate(elements):
        if place:
            yield words(", ")
        yield element
