"""Who can, whether, and what: answers to questions as modals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.analysis.questions import Answer, Callers
from bot.blocks.kit import Block, bullets, context, cut, line, quote, rich, section, words
from bot.blocks.questions.pages import (
    QuestionOrigin,
    answer_modal,
    case_words,
    gate_blocks,
    names_words,
    policy_words,
    verdict,
)
from bot.review.asked import AskAnswer, Gate

_TITLES = {"can": "Who can", "ask": "Answer"}
_MOST = 8


def asked_modal(answer: AskAnswer, origin: QuestionOrigin) -> Block:
    """The whole answer, tool by tool."""
    head = [*gate_blocks(answer.gate), *_read(answer, origin)]
    if answer.kind == "who":
        rows = [row for found in answer.callers for row in _who(found, answer)]
        return answer_modal(_TITLES.get(origin.asked, "Answer"), origin, head, rows)
    return answer_modal("Answer", origin, [*head, verdict(_overall(answer))], list(_calls(answer)))


def _read(answer: AskAnswer, origin: QuestionOrigin) -> Iterator[Block]:
    """The question, and which calls it was taken to be about."""
    yield rich(quote(cut(origin.text, 500)))
    about = " ".join(answer.read)
    yield context(cut(f"Read as a question about the calls that this would permit: {about}", 1400))


def _who(found: Callers, answer: AskAnswer) -> Iterator[Block]:
    """Who may call one tool: in short, then permit by permit."""
    yield verdict(
        f"{tool_words(found.action)}: {'allowed to ' if answer.denied and found.whom else ''}{_whom(found, answer)}"
    )
    if found.reason:
        yield section(f"Not proved, so there may be others: {cut(found.reason, 900)}.")
    if found.many:
        yield context("So many policies speak of it that it is not worked out which of them matter: all are listed.")
    for way in found.ways:
        example = [words(f" For example: {case_words(way.case)}.")] if way.case else []
        yield rich(bullets([[*policy_words(way.policy, answer.said), *example]]))
    for heading, names in (
        ("These forbids take away some of that:", found.forbids),
        ("These permits let nobody call, because forbids deny all that they permit:", found.idle),
    ):
        if names:
            listed = [policy_words(name, answer.said) for name in names[:_MOST]]
            more = [[words(f"and {len(names) - _MOST} more")]] if len(names) > _MOST else []
            yield rich(line(words(heading)), bullets([*listed, *more]))


def _whom(found: Callers, answer: AskAnswer) -> str:
    when = "today" if answer.gate is Gate.ENFORCED else "by this engine"
    if not found.whom:
        nobody = "everybody is denied" if answer.denied else "nobody"
        return f"{nobody} {when}: proved" if found.proved else f"nobody for certain {when}"
    if found.whom in ("anyone", "any IAM caller"):
        return f"{found.whom} {when}, as far as the policies below say"
    if not found.proved:
        return f"{found.whom} {when}"
    rest = "everybody else is denied" if answer.denied else "nobody else"
    return f"{found.whom} {when}, as the policies below say; {rest}: proved"


def _overall(answer: AskAnswer) -> str:
    """The answer over all tools in short."""
    found, when = answer.answers, "today" if answer.gate is Gate.ENFORCED else "by this engine"
    all_of, none = ("Everything", "Nothing") if answer.kind == "what" else ("Yes", "No")
    yes, no = (none, all_of) if answer.denied else (all_of, none)
    if not found:
        return "It is about no tool of this gateway"
    if all(each.never and each.always for each in found):
        return "There is no such call"
    if all(each.never for each in found):
        return f"{no}: every one of these calls is denied {when}. Proved"
    if all(each.always for each in found):
        return f"{yes}: every one of these calls is allowed {when}. Proved"
    if any(each.allowed for each in found):
        known = "" if all(_known(each) for each in found) else "; not everything is known"
        return f"Some of these calls are allowed {when}{known}"
    return f"Whether any of these calls is allowed {when} is not known"


def _known(found: Answer) -> bool:
    return found.never or found.always or bool(found.allowed and found.denied)


def _calls(answer: AskAnswer) -> Iterator[Block]:
    """What is decided of each tool, those on which every call is denied together at the end."""
    never = [each for each in answer.answers if each.never]
    for found in answer.answers:
        if not found.never:
            yield rich(line(words(f"{tool_words(found.action)}: ", bold=True), words(_share(found))), *_examples(found))
    if len(never) == len(answer.answers) == 1:
        yield from (rich(each) for found in never for each in _examples(found))
    elif never:
        said = f"Every such call is denied, proved, of {names_words(tool_words(each.action) for each in never)}."
        yield section(said)


def _share(found: Answer) -> str:
    if found.always:
        return "every such call is allowed. Proved"
    if found.allowed and found.denied:
        return "some such calls are allowed, some are denied"
    sure = "some such calls are allowed; " if found.allowed else "some such calls are denied; " if found.denied else ""
    return f"{sure}not known in every part: {cut(found.reason, 600)}"


def _examples(found: Answer) -> Sequence[Block]:
    cases = [("Allowed: ", found.allowed), ("Denied: ", found.denied)]
    items = [[words(label), words(f"{case_words(case)}.")] for label, case in cases if case]
    return [bullets(items)] if items else []


def tool_words(action: str) -> str:
    """A tool by its name, with its target."""
    target, _, name = action.rpartition("___")
    return f"{cut(name, 80)} ({cut(target, 80)})" if target else cut(name, 80) or "All tools"
