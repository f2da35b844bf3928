"""A policy's statement as people read it."""

from __future__ import annotations

from bot.cedar import Gateway
from bot.cedar.dogwood import plain_part
from bot.errors import PolicyError
from bot.language.readback import read_back


def in_english(statement: str, gateway: Gateway) -> str:
    """What a statement says, as sentences; or why it cannot be said. Takes processor time, and waits for nothing."""
    try:
        plain, blocks = plain_part(statement)
        said = read_back(plain, gateway)
    except PolicyError as error:
        return f"This policy has no reading in English: {error.sentence}"
    if not blocks:
        return said
    kinds = " and ".join(dict.fromkeys(blocks))
    return f"{said} Its {kinds} conditions narrow this further; they are in the statement and are not read back."
