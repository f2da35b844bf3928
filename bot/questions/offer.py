"""The smallest change that would allow a call: a permit of such calls alone, in words that our reader makes it of."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cedar import Gateway, GatewaySchema, Request
from bot.cedar.gateway import IAM_ENTITY
from bot.errors import PolicyError
from bot.language import Glossary, translate
from bot.language.readback import read_back
from bot.questions.described import claims_are, id_is, inputs_are, permit_of

_ROLE = "role"


@dataclass(frozen=True)
class Worded:
    """A rule in plain words, and the statement that our reader makes of it."""

    rule: str
    statement: str


def narrow_permit(request: Request, schema: GatewaySchema) -> str:
    """A permit of calls like this one: by such a caller, of this tool, with these inputs.

    The caller's role is what it asks for, all claims where there is no role, and the id where there is no claim.
    Empty where Cedar cannot say so.
    """
    named = {_ROLE: request.tags[_ROLE]} if _ROLE in request.tags else request.tags
    who = claims_are(named) if named and request.principal_type != IAM_ENTITY else [id_is(request.principal_id)]
    statement = permit_of(request, [*who, *inputs_are(request.inputs)])
    return statement if statement and not schema.validate(statement) else ""


def offered_rule(statement: str, gateway: Gateway, glossary: Glossary | None = None) -> Worded | None:
    """A permit as a rule that our reader reads as one policy; None where it does not."""
    try:
        rule = read_back(statement, gateway).removesuffix(".")
    except PolicyError:
        return None
    found = translate(rule, gateway, glossary=glossary)
    if len(found) != 1 or found[0].statement is None:
        return None
    return Worded(rule, found[0].statement)
