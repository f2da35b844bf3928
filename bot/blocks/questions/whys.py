"""Why a call is allowed or denied, as a modal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.analysis.questions import Answer
from bot.blocks import ids
from bot.blocks.difference import request_words
from bot.blocks.kit import Block, bullets, button, context, cut, line, quote, rich, section, words
from bot.blocks.questions.pages import (
    QuestionOrigin,
    answer_modal,
    case_words,
    gate_blocks,
    look_buttons,
    names_words,
    policy_words,
    verdict,
)
from bot.cedar import Gateway
from bot.cedar.gateway import OAUTH_USER
from bot.questions import Near, Why
from bot.review.asked import Call, CallAnswer, Gate
from bot.review.people import Person

TITLE = "Why"
_LOOKS = 4


def why_modal(answer: CallAnswer, gateway: Gateway, origin: QuestionOrigin) -> Block:
    """The whole answer."""
    return answer_modal(TITLE, origin, [*gate_blocks(answer.gate), *call_blocks(answer, gateway)])


def call_blocks(answer: CallAnswer, gateway: Gateway) -> list[Block]:
    """What is decided on a call, by what, and what would allow it."""
    if answer.why is None:
        return _any_value(answer, answer.answer or Answer("", reason="nothing was worked out"))
    found = answer.why
    blocks = [verdict(_outcome(answer), f"{call_words(answer.call)}."), *_deciding(found, answer.said)]
    blocks += _needed(found, gateway)
    blocks += [context(*notes)] if (notes := list(_notes(answer, found))) else []
    names = [*found.forbids, *found.permits, *(name for name, flips in found.log_only if flips)]
    return [*blocks, *_change(answer, found, names)]


def call_words(call: Call) -> str:
    """The call that is asked about; somebody who is known by claims alone is not given a name."""
    said = request_words(call.request)
    if call.anyone:
        said = said.replace(call.request.principal_id, "anybody", 1)
    if call.missing:
        said = said.rpartition(", at ")[0] + f", whatever {names_words(call.missing)} and other inputs are"
    return said


def whose_words(person: Person | None, answer: CallAnswer) -> str:
    """What would have to be known of a caller of whom no claim is known; Slack's own names of them are offered."""
    if answer.call.request.principal_type != OAUTH_USER:
        return "I do not know who calls. Type the ARN of the caller before the tool: id=ARN."
    who = cut(person.name, 80) if person else "the caller"
    said = f"I do not know which claims the token of {who} has, and I do not guess."
    if answer.claims:
        asks = names_words(answer.claims)
        said += f" The policies of this tool ask for {asks}: type them as CLAIM=VALUE before the tool."
    named = [cut(each, 100) for each in (person.username, person.email) if each] if person else []
    return said + (f" Slack knows them as {' and '.join(named)}, should a claim hold that." if named else "")


def _outcome(answer: CallAnswer) -> str:
    found = answer.why
    assert found is not None
    when = "today" if answer.gate is Gate.ENFORCED else "by this engine"
    if found.outcome == "not known":
        return f"Whether it is allowed {when} is not known"
    return f"{found.outcome.capitalize()} {when}"


def _deciding(found: Why, said: Mapping[str, str]) -> Iterator[Block]:
    if found.outcome == "not known":
        sure = "allow it" if found.permits else "deny it, as none of them permits it"
        heading = f"The policies that are certain {sure}, and it depends on others:"
        yield rich(line(words(heading)), bullets([[words(cut(f"{each}.", 500))] for each in found.doubts[:8]]))
    for heading, names in (
        ("Denied by" if found.forbids else "", found.forbids),
        ("Allowed by" if found.permits and not found.forbids else "", found.permits),
        ("Permitted by these, which a forbid overrides:" if found.permits and found.forbids else "", found.permits),
    ):
        if heading:
            listed = [policy_words(name, said) for name in names[:8]]
            more = f" and {len(names) - 8} more" if len(names) > 8 else ""
            yield rich(line(words(f"{heading.removesuffix(':')}{more}:")), bullets(listed))
    if not found.permits and not found.forbids and found.outcome == "denied":
        yield section("No policy permits it, and what no policy permits is denied.")
    if found.log_only:
        listed = [[words(cut(name, 120), bold=True), words(_flips(found, flips))] for name, flips in found.log_only[:8]]
        yield rich(line(words("Log-only, so they are recorded and decide nothing:")), bullets(listed))


def _flips(found: Why, flips: bool) -> str:
    if not flips:
        return " matches it, and would change nothing."
    return f" would have it {'denied' if found.outcome == 'allowed' else 'allowed'}, once it is enforced."


def _needed(found: Why, gateway: Gateway) -> Iterator[Block]:
    """The permits that come nearest, with what they ask for that the call does not meet."""
    if not found.near:
        return
    more = found.total - len(found.near)
    heading = "What the permits of this tool ask for" + (f", the nearest of {found.total}" if more > 0 else "")
    yield rich(line(words(f"{heading}:")), bullets([near_words(each, gateway) for each in found.near]))


def near_words(near: Near, gateway: Gateway, *, claims: bool = True) -> list[Block]:
    """A policy with the conditions that a call does not meet, and those that it does. `claims`: those of the caller are
    known."""
    said = [words(cut(near.name, 120), bold=True), words(": ")]
    open_ones = [each for each in near.unmet if claims or not each.about_caller]
    unknown = [*near.unclear, *(each for each in near.unmet if each not in open_ones)]
    parts = []
    for label, found in (("not met", open_ones), ("met", near.met), ("not known", unknown)):
        if found:
            parts.append(f"{label}: {cut('; '.join(each.words(gateway) for each in found), 400)}")
    return [*said, words(cut(" — ".join(parts) or "its conditions cannot be taken apart", 900))]


def _notes(answer: CallAnswer, found: Why) -> Iterator[str]:
    call = answer.call
    if found.failed:
        yield f"Skipped, because Cedar cannot evaluate them on this call: {names_words(found.failed)}."
    if call.request.principal_type == OAUTH_USER:
        claims = "exactly these claims" if call.request.tags else "no claims"
        yield f"Decided for a caller with {claims}, at the time that is said above."
        if missing := [name for name in answer.claims if name not in call.request.tags]:
            yield f"Policies of this tool ask for other claims as well: {names_words(missing)}."
    if found.by_id and not call.named:
        yield (
            f"{names_words(found.by_id)} asks who the caller is by id, and this answer is for somebody whose id no "
            "policy names. Add id=VALUE for somebody else."
        )


def _change(answer: CallAnswer, found: Why, names: Iterable[str]) -> Iterator[Block]:
    """What would allow it: a rule that is a click away, or a look at what stands in the way."""
    elements = []
    if answer.offer:
        yield rich(
            line(words("This rule would allow exactly such calls, and nothing else:")), quote(cut(answer.offer, 1500))
        )
        elements.append(button("Propose this", ids.QUESTION_PROPOSE, "offer", style="primary"))
    elif found.outcome == "denied" and not found.forbids and answer.gate is Gate.ENFORCED:
        yield context(_no_offer(answer))
    elif found.outcome == "denied" and found.forbids:
        yield section(
            "Another permit would change nothing: a forbid denies it whatever is permitted. To change that, look at "
            "the policy, and propose another text for it or to revoke it."
        )
    elements += look_buttons(answer.looks, names)[:_LOOKS]
    if elements:
        yield {"type": "actions", "elements": elements}


def _no_offer(answer: CallAnswer) -> str:
    if not (answer.call.request.tags or answer.call.named):
        return "With the caller's claims I could offer a rule that allows exactly such calls."
    return (
        "I have no plain words for a rule that would allow exactly such calls and no others: propose one of your own."
    )


def _any_value(answer: CallAnswer, found: Answer) -> list[Block]:
    """What becomes of all calls like it, where something of it is open."""
    call = answer.call
    blocks = [verdict(_of_all(answer, found), f"{call_words(call)}.")]
    cases = [("Allowed, for example: ", found.allowed), ("Denied, for example: ", found.denied)]
    items = [[words(label), words(f"{case_words(case)}.")] for label, case in cases if case]
    blocks += [rich(bullets(items))] if items else []
    reasons = [name for _, case in cases if case for name in case.reasons]
    if reasons:
        blocks.append(rich(bullets([policy_words(name, answer.said) for name in dict.fromkeys(reasons)])))
    if found.reason:
        blocks.append(section(f"Not known in every part: {cut(found.reason, 900)}."))
    if call.missing:
        blocks.append(context(f"For one call add {names_words(f'{name}=VALUE' for name in call.missing)}."))
    looks = look_buttons(answer.looks, reasons)[:_LOOKS]
    return [*blocks, *([{"type": "actions", "elements": looks}] if looks else [])]


def _of_all(answer: CallAnswer, found: Answer) -> str:
    when = "today" if answer.gate is Gate.ENFORCED else "by this engine"
    if found.never:
        return f"Denied {when}, whatever the rest is: proved"
    if found.always:
        return f"Allowed {when}, whatever the rest is: proved"
    if found.allowed and found.denied:
        return f"It depends on the rest: some such calls are allowed {when}, some are denied"
    if found.allowed:
        return f"Some such calls are allowed {when}; whether all are is not known"
    return f"Some such calls are denied {when}; whether all are is not known" if found.denied else "It is not known"
