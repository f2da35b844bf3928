"""How a rule is typed in Slack: an input's exact name in quotes or backticks, and mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.cedar.gateway import IAM_ENTITY
from bot.translate.lexicon import Lexicon
from bot.translate.phrases import Phrases
from bot.translate.refusals import Refusal
from bot.translate.tokens import Token
from bot.translate.vocabulary import ABSENT, COPULAS, NUMBER_OPS, PRESENT, STRING_OPS

_MENTION = re.compile(r"<[@!][^>\s]*>|(?<![\w@.<])@[\w.-]*\w")
_OPERATORS = Phrases.of((*NUMBER_OPS, *STRING_OPS, *COPULAS, *PRESENT, *ABSENT))


def no_mention(text: str, start: int, tokens: Sequence[Token], lexicon: Lexicon) -> None:
    """Raise Refusal for "@ana": a mention says who is meant to Slack, and not to a gateway."""
    iam = lexicon.gateway.principal_type == IAM_ENTITY
    offer = "the role arn:…, or account NUMBER" if iam else 'user "NAME", or users with role NAME'
    quoted = [range(token.start - start, token.end - start) for token in tokens if token.kind == "quoted"]
    for found in _MENTION.finditer(text):
        if not any(found.start() in span for span in quoted):
            inside = [token for token in tokens if found.start() <= token.start - start < found.end()]
            raise Refusal(f"“{found[0]}” is a mention, and a gateway's callers are known by their claims.", inside,
                          f"Which claim names them? Say {offer}.", weight=9)  # fmt: skip


def named_inputs(tokens: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens, a quoted name of an input as a word where something is said of it: "`amount` is over 5"."""
    return [
        replace(token, kind="word", text=token.value, low=token.value.lower(), value="")
        if token.kind == "quoted" and token.value in lexicon.input_names and _said_of(tokens, at)
        else token
        for at, token in enumerate(tokens)
    ]


def _said_of(tokens: Sequence[Token], at: int) -> bool:
    """Whether an operator follows, and none comes right before: then the name would be the value."""
    listed = list(tokens)
    after = at + 1 < len(listed) and (listed[at + 1].kind == "sign" or _OPERATORS.at(listed, at + 1) is not None)
    before = at > 0 and (listed[at - 1].kind == "sign" or _OPERATORS.at(listed, at - 1) is not None)
    return after and not before
