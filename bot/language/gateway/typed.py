"""How a rule is typed in Slack: an input's exact name in quotes or backticks, and mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.cedar.gateway import IAM_ENTITY
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.refusals import Refusal
from bot.language.text.tokens import Token

_MENTION = re.compile(r"<[@!][^>\s]*>|(?<![\w@.<])@[\w.-]*\w")


def no_mention(text: str, start: int, tokens: Sequence[Token], lexicon: Lexicon) -> None:
    """Raise Refusal for "@ana": a mention says who is meant to Slack, and not to a gateway."""
    iam = lexicon.gateway.principal_type == IAM_ENTITY
    offer = "the role arn:…, or account NUMBER" if iam else 'user "NAME", or users with role NAME'
    quoted = [range(token.start - start, token.end - start) for token in tokens if token.kind == "quoted"]
    for found in _MENTION.finditer(text):
        if re.search(r"\b(?:with|in|contains?|containing|is)\s+$", text[: found.start()]):
            continue  # "ends with @example.com" is a value
        if not any(found.start() in span for span in quoted):
            inside = [token for token in tokens if found.start() <= token.start - start < found.end()]
            raise Refusal(f"“{found[0]}” is a mention, and a gateway's callers are known by their claims.", inside,
                          f"Which claim names them? Say {offer}.", weight=9)  # fmt: skip
