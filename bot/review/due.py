"""When what falls due in a review: who is called, who is reminded, when nobody's decision is waited for any more.

Values in, values out, no I/O; `tending` does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.review.model import OPEN, Draft, DraftState, Origin, Proposal

_WEEKEND = 5


@dataclass(frozen=True)
class Times:
    """How long a review waits for people.

    Those who can decide are reminded `remind_after` working days (Monday to Friday, in UTC) after they were called, and
    then each working day, `remind_most` times in all. A proposal without a decision ends after `expire_days`; one whose
    policies AgentCore generated after `generated_days` at the latest, when AgentCore deletes what it generated. An end
    is announced `notice_hours` before.
    """

    remind_after: int = 1
    remind_most: int = 3
    expire_days: float = 14.0
    generated_days: float = 7.0
    notice_hours: float = 24.0

    @property
    def notice(self) -> timedelta:
        return timedelta(hours=self.notice_hours)


TIMES = Times()


@dataclass(frozen=True)
class Due:
    """What a proposal in review has due now.

    `call` are drafts that came to review and whose people were not called yet; `remind` those whose people are to be
    reminded, with how often that will have been; `expire` those for which nobody's decision is waited any more. `warn`
    is the end that is announced now. `next` is when to look again; None when nothing comes by itself.
    """

    call: tuple[Draft, ...] = ()
    remind: tuple[tuple[Draft, int], ...] = ()
    warn: datetime | None = None
    expire: tuple[Draft, ...] = ()
    next: datetime | None = None


def due(proposal: Proposal, drafts: Sequence[Draft], now: datetime, times: Times) -> Due:
    """What is due of a proposal's drafts at an instant, and when there is more."""
    still = [draft for draft in drafts if draft.state in OPEN]
    expired = tuple(draft for draft in still if ends_at(draft, proposal, times) <= now)
    left = [draft for draft in still if draft not in expired]
    asking = [draft for draft in left if draft.state is DraftState.IN_REVIEW]
    reminded = [(draft, _reminded(draft, now, times)) for draft in asking if is_called(draft)]
    warned = [at for draft in left if (at := _warned_at(draft, proposal, times)) is not None]
    past = [at for at in warned if at <= now]
    later = [*_reminders(asking, times), *warned, *(ends_at(draft, proposal, times) for draft in left)]
    return Due(
        call=tuple(draft for draft in asking if not is_called(draft)),
        remind=tuple((draft, count) for draft, count in reminded if count > draft.reminders),
        warn=max(past) + times.notice if past else None,
        expire=expired,
        next=min((at for at in later if at > now), default=None),
    )


def is_called(draft: Draft) -> bool:
    """Whether whoever can decide on this version was called."""
    return draft.called == draft.version and draft.called_at is not None


def ends_at(draft: Draft, proposal: Proposal, times: Times) -> datetime:
    """When nobody's decision on a draft is waited for any more: after the set time, when AgentCore has deleted what it
    generated, or when the time is over for which the change is wanted."""
    days = times.expire_days
    if proposal.origin is Origin.RULE:
        days = min(days, times.generated_days)
    end = proposal.created_at + timedelta(days=days)
    return min(end, draft.until) if draft.until else end


def working_days_after(start: datetime, days: int) -> datetime:
    """The same time of day, that many working days later."""
    at = start
    while days > 0:
        at += timedelta(days=1)
        days -= at.weekday() < _WEEKEND
    return at


def _reminders(drafts: Iterable[Draft], times: Times) -> list[datetime]:
    return [
        working_days_after(draft.called_at, times.remind_after + number)
        for draft in drafts
        if is_called(draft) and draft.called_at is not None
        for number in range(times.remind_most)
    ]


def _reminded(draft: Draft, now: datetime, times: Times) -> int:
    """How often people should have been reminded by now. Whoever was down reminds once, not for each time missed."""
    return sum(at <= now for at in _reminders([draft], times))


def _warned_at(draft: Draft, proposal: Proposal, times: Times) -> datetime | None:
    """When the end of a draft is announced; None where it comes so soon after the call that this says it."""
    at = ends_at(draft, proposal, times) - times.notice
    return at if is_called(draft) and draft.called_at is not None and at > draft.called_at else None
