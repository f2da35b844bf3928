"""What a log-only policy would have done, as its gateway recorded it, in words."""

from __future__ import annotations

from bot.blocks.kit import cut
from bot.cedar.dogwood import plain_policy
from bot.review.evidence import Flips, Seen

_NAMED, _WHY = 3, 300


def evidence_words(seen: Seen, statement: str) -> str:
    """What is known, as a sentence or two; nothing is said to be fine where nothing was tested, or an evaluation
    failed."""
    since = f"Since {seen.since.day} {seen.since:%b}"
    why = f" {cut(' '.join(seen.unknown), _WHY)}" if seen.unknown else ""
    if seen.matches is None or seen.errors is None:
        return f"What it would have done in log-only is not known.{why}"
    errs = _errors(seen.errors)
    if not seen.matches:
        if seen.errors:
            return f"{since} no call matched it, and {errs}. No call has tested it yet.{why}"
        calls = "no call came to the gateway" if not seen.calls else f"none of {_count(seen.calls, 'call')} matched it"
        return f"{since} {calls}: no call has tested it yet.{why}"
    return f"{since}, {_count(seen.matches, 'call')} matched, {_flips(seen, statement)}, {errs or 'no errors'}.{why}"


def _errors(errors: int) -> str:
    """What it means that a policy cannot be evaluated: enforced, a permit would allow nothing there, a forbid forbid
    nothing."""
    return f"on {_count(errors, 'call')} it could not be evaluated, and would decide nothing" if errors else ""


def _flips(seen: Seen, statement: str) -> str:
    if not seen.flips:
        return "none would have been decided otherwise"
    would = {"permit": "allowed", "forbid": "denied"}.get(_effect(statement), "decided otherwise")
    return f"{seen.flips:,} would have been {would}{_tools(seen.by_tool, seen.flips)}"


def _tools(found: tuple[Flips, ...], flips: int) -> str:
    counts = [(each.tool.rpartition("___")[2], each.denied + each.allowed) for each in found if each.tool]
    if not counts:
        return ""
    if len(counts) == 1 and counts[0][1] >= flips:
        return f" (all {cut(counts[0][0], 60)})"
    shown = ", ".join(f"{cut(tool, 60)} {count:,}" for tool, count in counts[:_NAMED])
    more = f" and {len(counts) - _NAMED} more tools" if len(counts) > _NAMED else ""
    known = sum(count for _, count in counts)
    return f" ({shown}{more}{'' if known >= flips else ', of the last ' + format(known, ',')})"


def _effect(statement: str) -> str:
    policy = plain_policy(statement)
    return policy.effect if policy else ""


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
