"""A denial that an agent got, explained in a modal."""

from __future__ import annotations

from collections.abc import Iterator

from bot.blocks.kit import Block, bullets, context, cut, line, rich, section, words
from bot.blocks.questions.pages import QuestionOrigin, answer_modal, gate_blocks, look_buttons, names_words, verdict
from bot.blocks.questions.whys import TITLE, call_blocks, near_words
from bot.cedar import Gateway
from bot.review.asked import Blamed, DenialAnswer, LoggedCall

_MODES = {"ACTIVE": "enforced", "LOG_ONLY": "log-only now, so it denies nothing any more"}


def denial_modal(answer: DenialAnswer, gateway: Gateway, origin: QuestionOrigin) -> Block:
    """What denied the call, which conditions were met, and how it would be decided today."""
    blocks = [*gate_blocks(answer.gate), *_said(answer, gateway)]
    if answer.call is not None:
        blocks.append(rich(line(words("The same call, decided again on the policies as they stand:", bold=True))))
        blocks += call_blocks(answer.call, gateway)
    else:
        blocks += _asked_for(answer, gateway)
        looks = look_buttons({each.name: each.policy_id for each in answer.blamed}, (b.name for b in answer.blamed))
        blocks += [{"type": "actions", "elements": looks[:4]}] if looks else []
    return answer_modal(TITLE, origin, blocks)


def _said(answer: DenialAnswer, gateway: Gateway) -> Iterator[Block]:
    logged = answer.logged
    if isinstance(logged, str) and logged:
        yield section(logged)
    elif isinstance(logged, LoggedCall):
        yield section(_logged(logged))
    claims = answer.call is not None
    forbids = [each for each in answer.blamed if not each.permits]
    if permits := [each for each in answer.blamed if each.permits]:
        yield verdict(f"{names_words(each.name for each in permits)} permits, and a permit denies nothing by itself")
        yield rich(bullets([_blamed(each, gateway, claims=claims) for each in permits[:8]]))
    if forbids:
        yield verdict(f"The call was denied by {names_words(each.name for each in forbids)}")
        yield rich(bullets([_blamed(each, gateway, claims=claims) for each in forbids[:8]]))
        yield section(
            "A forbid denies whatever others permit: another permit changes nothing for such calls. To change that, "
            "look at the policy, and propose another text for it or to revoke it."
        )
    if not answer.blamed and (
        answer.denial.by_default or (isinstance(logged, LoggedCall) and logged.decision == "DENY")
    ):
        yield verdict("The call was denied because no policy permitted it")


def _logged(call: LoggedCall) -> str:
    at = f" at {call.time}" if call.time else ""
    who = f" by {cut(call.principal_id, 100)}" if call.principal_id else ""
    given = ", ".join(f"{cut(str(name), 60)} = {cut(str(value), 80)}" for name, value in call.arguments.items())
    decided = {"ALLOW": "It was allowed", "DENY": "It was denied"}.get(call.decision, "Its decision is not in the log")
    tool = call.action.rpartition("___")[2]
    return cut(f"The gateway's log has it: {tool} called{who}{at}, with {given or 'no inputs'}. {decided}.", 1500)


def _blamed(blamed: Blamed, gateway: Gateway, *, claims: bool) -> list[Block]:
    name = words(cut(blamed.name, 120), bold=True)
    if not blamed.mode:
        return [name, words(" is not on the engine any more, so it denies nothing now.")]
    said = f" ({_MODES.get(blamed.mode, blamed.mode)}): {cut(blamed.said or 'it cannot be read', 500)}"
    held = [words(" "), *near_words(blamed.near, gateway, claims=claims)[2:]] if blamed.near else []
    return [name, words(said), *held]


def _asked_for(answer: DenialAnswer, gateway: Gateway) -> Iterator[Block]:
    """What is missing to say what would have allowed it."""
    if isinstance(answer.logged, LoggedCall) and answer.logged.decision == "ALLOW":
        return
    if answer.asks:
        listed = [near_words(each, gateway, claims=False) for each in answer.asks]
        yield rich(line(words("What the permits of this tool ask for:")), bullets(listed))
        yield context("The caller's claims are not known. Type them after the denial: role=VALUE …")
    elif answer.denial.by_default or not answer.blamed:
        yield section(
            "Which condition was not met depends on the call. Type it after the denial, or by itself: /policy why "
            "role=VALUE TOOL INPUT=VALUE"
        )
    else:
        yield context("For what the call itself met of it, type the call after the denial: role=VALUE TOOL INPUT=VALUE")
