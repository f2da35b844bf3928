"""How a review is run: where its policies go, and how patient it is. Seconds everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from bot.review.due import TIMES, Times
from bot.review.quotas import NO_QUOTAS, Quotas
from bot.review.routes import Routes


@dataclass(frozen=True)
class Options:
    """Settings of the review; the defaults suit AWS and a real Slack.

    `concurrency` is of each kind of work: of proposals, more than one person may have open, so that nobody's slow ones
    keep all others from being taken up.
    """

    routes: Routes
    enforcement_mode: str = "LOG_ONLY"
    validation_mode: str = "FAIL_ON_ANY_FINDINGS"
    generation_poll: float = 3.0
    generation_patience: float = 900.0
    policy_poll: float = 3.0
    policy_patience: float = 60.0
    look_again: float = 60.0
    retry_first: float = 1.0
    retry_longest: float = 60.0
    retry_limit: int = 12
    message_pause: float = 3.0
    post_seconds: float = 21.0
    """For how long a post whose answer nobody waits for any more may still be on its way."""
    look_after: tuple[float, ...] = (30.0, 300.0)
    """When to look whether a message stands twice, once it may, counted from one look to the next."""
    lease: float = 15.0
    renew_every: float = 5.0
    poll_every: float = 1.0
    concurrency: int = 24
    stop_wait: float = 6.0
    admission_patience: float = 1.0
    evidence_seconds: float = 0.0
    """How often the record of log-only policies is read; 0 for never, and then nobody is asked to look at it."""
    drift_seconds: float = 300.0
    quotas: Quotas = NO_QUOTAS
    times: Times = TIMES

    def delay(self, attempts: int, chance: float) -> float:
        """Seconds until the next try after `attempts` failures: doubling, capped, and spread by `chance` in [0, 1)."""
        return float(min(self.retry_longest, self.retry_first * 2 ** min(attempts, 30))) * (0.5 + chance / 2)
