"""What a reviewer is warned of: the second reading's verdict, the gateway and the engine, findings, words left over."""

from __future__ import annotations

from collections.abc import Sequence

from bot.analysis.vocabulary import Kind
from bot.blocks.findings import finding_items
from bot.blocks.headline import WITHOUT_EFFECT, says_nothing
from bot.blocks.kit import Block, cut, words
from bot.review import together
from bot.review.found import Finding, SecondReading, Verdict
from bot.review.model import Act, Draft, Proposal

_WARNINGS = 8
_SECOND, _UNCOVERED, _UNCOVERED_WORDS = 450, 250, 12
_PIECES = 5


def warning_items(
    proposal: Proposal, draft: Draft, pieces: Sequence[Draft], limit: int, room: int
) -> list[list[Block]]:
    """A bullet for each, the second reading first; of findings that are no warnings at most `limit`. `pieces` are all
    drafts of its proposal."""
    second = [second_reading(draft.analysis.second)] if draft.act in (Act.CREATE, Act.REPLACE) else []
    off = {each.fragment for each in together.put_off(draft, pieces)}  # told by itself
    ended = [each for each in draft.analysis.ended if each not in off]
    found = [*second, *uncovered(proposal, ended), *_not_yet(draft, pieces)]
    # What becomes of it later stands among the headlines, beside what it is the sequel of.
    warned = finding_items([each for each in draft.analysis.warnings if each.type != Kind.TAKEN_BACK], _WARNINGS, room)
    return found + warned + finding_items(told_findings(draft), limit, room)


def told_findings(draft: Draft) -> tuple[Finding, ...]:
    """The findings that say more than the headlines do."""
    # A warning about a log-only policy that cannot be read hides no finding about one that is enforced.
    warned = {(finding.type, finding.description) for finding in draft.analysis.warnings}
    found = (*draft.findings, *draft.analysis.findings)
    passed_over = {"VALID"}
    if draft.analysis.refusal or says_nothing(draft):
        # The headline has it; and advice on what has no effect as things stand would contradict a refusal's.
        passed_over |= set(WITHOUT_EFFECT)
    return tuple(
        finding
        for finding in found
        if finding.type not in passed_over and (finding.type, finding.description) not in warned
    )


def second_reading(second: SecondReading | None) -> list[Block]:
    """The verdict of our own reading of the rule, as one paragraph."""
    if second is None:
        return [words("No second reading: ", bold=True), words("only the Cedar itself says what it does.")]
    said = cut(second.said, _SECOND)
    if second.verdict is Verdict.AGREE:
        return [words("Two independent readings agree: ", bold=True), words("proved equal.")]
    if second.verdict is Verdict.DIFFER:
        said = said or "the policy is not what our own reading of the rule says."
        return [words("Two readings of the rule differ: ", bold=True), words(said)]
    return [
        words("Our own reader could not confirm it: ", bold=True),
        words(f"{said.rstrip('.') or 'it could not read the rule'}."),
    ]


def uncovered(proposal: Proposal, ended: Sequence[str] = ()) -> list[list[Block]]:
    """The words of the rule that no policy honours; `ended` are pieces of which no policy came, or none enforced."""
    found = tuple(dict.fromkeys([*proposal.uncovered, *ended]))
    if not found:
        return []
    said = [f"“{cut(piece, 80)}”" for piece in found[:_UNCOVERED_WORDS]]
    if len(found) > _UNCOVERED_WORDS:
        said.append(f"and {len(found) - _UNCOVERED_WORDS} more")
    shown = cut(", ".join(said), _UNCOVERED)
    return [
        [words("Not covered by any policy: ", bold=True), words(f"{shown}. Approving does not make these words hold.")]
    ]


def _not_yet(draft: Draft, pieces: Sequence[Draft]) -> list[list[Block]]:
    """What other pieces of the rule forbid of a permit's tools and does not hold yet, and what that means for it."""
    first, off = together.goes_first(draft, pieces), together.put_off(draft, pieces)
    said = []
    if first:
        which, forbid, are = _pieces(draft, first)
        said.append(
            f"{which} of the rule {forbid} calls of the same tools. Approved, this waits until {are} in force; what is "
            "shown here is what it changes then."
        )
    if off:
        which, forbid, are = _pieces(draft, off)
        wait = "waits" if len(off) == 1 else "wait"
        said.append(
            f"{which} of the rule {forbid} calls of the same tools and {wait} for a permit. Until {are} in force, this "
            "allows them."
        )
    return [[words("Not held yet: ", bold=True), words(each)] for each in said]


def _pieces(draft: Draft, found: Sequence[Draft]) -> tuple[str, str, str]:
    """Which pieces, and the verbs that go with them."""
    which = ", ".join(together.named(draft, found[:_PIECES])) + (" and more" if len(found) > _PIECES else "")
    one = len(found) == 1
    return f"piece {which}", "forbids" if one else "forbid", "it is" if one else "they are"
