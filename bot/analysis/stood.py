"""A standing as policies that can be asked about: what surely decides, what may, and what nothing is known of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.analysis.sets.policies import Parsed, readable_policies
from bot.analysis.standing import Standing

_MOST_NAMED = 3


@dataclass(frozen=True)
class Stood:
    """The policies of a standing, parsed, beside a candidate.

    `maybe` are the uncertain ones with a text: each request may or may not meet them. `why` says of each of them why,
    `unknown` of each policy of which nothing is known; both are sentences that begin with the name.
    """

    enforced: Mapping[str, Parsed]
    log_only: Mapping[str, Parsed]
    maybe: Mapping[str, Parsed]
    why: Mapping[str, str]
    unknown: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Why nothing is proved about any tool; empty when all texts are known."""
        return "; ".join(self.unknown)

    def depends(self, names: list[str]) -> str:
        """That a change depends on some of the uncertain policies."""
        said = [self.why[name] for name in names[:_MOST_NAMED]]
        if len(names) > _MOST_NAMED:
            said.append(f"{len(names) - _MOST_NAMED} more")
        return f"depends on {'; and on '.join(said)}" if names else ""


def stood(standing: Standing, candidate: str) -> Stood:
    """The standing beside a candidate of this name; an uncertain policy of the same name is as good as unknown."""
    enforced, unread = readable_policies(standing.enforced)
    log_only, _ = readable_policies(standing.log_only)
    maybe: dict[str, Parsed] = {}
    why: dict[str, str] = {}
    unknown = list(unread.values())
    for each in standing.uncertain:
        taken = each.name == candidate or each.name in standing.enforced or each.name in maybe
        read, not_read = readable_policies({} if each.statement is None or taken else {each.name: each.statement})
        if read:
            maybe.update(read)
            why[each.name] = f"{each.name}, which {each.why}"
        else:
            unknown += not_read.values() or [f"{each.name} {each.why}"]
    decided = {candidate, *enforced, *maybe}
    log_only = {name: policy for name, policy in log_only.items() if name not in decided}
    return Stood(enforced, log_only, maybe, why, tuple(dict.fromkeys(unknown)))
