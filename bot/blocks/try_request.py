"""The form in which a reviewer tries a tool call against the engine, today and with the draft: build and parse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from json import dumps
from typing import Any

from bot.blocks import ids
from bot.blocks.fields import Field, fields_of, from_text, nested
from bot.blocks.kit import MODAL_BLOCKS, Block, bullets, cut, line, plain, rich, words
from bot.blocks.modals import FormOrigin, form_origin, metadata, modal
from bot.cedar import Decision, GatewaySchema, Request, Tool, parse_policy
from bot.cedar.dogwood import plain_part
from bot.cedar.gateway import OAUTH_USER
from bot.errors import BadInput
from bot.review.trying import Trial

_WHO, _CLAIMS, _WHEN, _TOOL, _REST = "try.who", "try.claims", "try.when", "try.tool", "try.rest"
_FIELD = 3000
_ABOVE = 12
_OPTIONS = 100
_VALUE = 150


class FormErrors(Exception):
    """What a person typed cannot be a request: sentences by block id."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(*errors.values())
        self.errors = errors


def tools_of(statement: str, schema: GatewaySchema) -> tuple[Tool, ...]:
    """The tools that a policy's scope names, a target's name standing for its tools; all of them when it names none.

    Raises PolicyError when the statement is not one static policy.
    """
    named = set(parse_policy(plain_part(statement)[0]).actions)
    chosen = tuple(tool for tool in schema.tools if tool.action in named or tool.target in named)
    return chosen or schema.tools


def try_form(
    origin: FormOrigin, tools: tuple[Tool, ...], schema: GatewaySchema, now: datetime, above: Iterable[Block] = ()
) -> Block:
    """The form for the tool that the origin names, or the first. `above` says how the last try went."""
    tool = next((found for found in tools if origin.action in (found.action, _key(found.action))), tools[0])
    blocks = list(above)[:_ABOVE]
    if len(tools) > 1:
        blocks.append(_tool_choice(tools, tool))
    blocks += _caller(schema, now)
    fields = fields_of(tool, schema)
    room = MODAL_BLOCKS - len(blocks) - 1
    by_need = sorted(range(len(fields)), key=lambda place: not fields[place].required)
    blocks += [_input(tool, place, fields[place]) for place in by_need[:room]]
    if len(fields) > room:
        blocks.append(_rest([fields[place] for place in by_need[room:]]))
    return modal(
        "Try a request",
        blocks,
        callback_id=ids.TRY_FORM,
        submit={"type": "plain_text", "text": "Try"},
        private_metadata=metadata(replace(origin, action=tool.action)),
    )


def parse_request(view: Mapping[str, Any], schema: GatewaySchema) -> Request:
    """The request in a submitted form. Raises FormErrors with a sentence for each field that cannot be used."""
    values = _values(view)
    tool = schema.gateway.tool(form_origin(view).action)
    if tool is None:
        raise FormErrors({_WHO: "The gateway does not have this tool any more. Close the form and open it again."})
    given, errors = _given(values, tool, fields_of(tool, schema))
    try:
        tags = _claims(values.get(_CLAIMS))
    except BadInput as error:
        errors[_CLAIMS] = error.sentence
    if errors:
        raise FormErrors(errors)
    return Request(
        principal_type=schema.gateway.principal_type,
        principal_id=str(values.get(_WHO) or "someone"),
        action=tool.action,
        resource=schema.gateway.arn,
        inputs=nested(given),
        tags=tags,
        now=_instant(values.get(_WHEN)),
    )


def _given(
    values: Mapping[str, str | None], tool: Tool, fields: Sequence[Field]
) -> tuple[dict[tuple[str, ...], Any], dict[str, str]]:
    """The inputs that were given, by path, and a sentence for each block that cannot be used."""
    given: dict[tuple[str, ...], Any] = {}
    errors: dict[str, str] = {}
    rest: Any = {}
    try:
        rest = from_text(values.get(_REST) or "{}")
    except BadInput as error:
        errors[_REST] = error.sentence
    blocks = {
        field.path: block_id if (block_id := _block_id(tool, place)) in values else _REST
        for place, field in enumerate(fields)
    }
    for field in fields:
        at = blocks[field.path]
        try:
            value = _in_rest(field, rest) if at == _REST else field.read(values[at])
        except BadInput as error:
            errors.setdefault(at, error.sentence)
        else:
            if value is not None:
                given[field.path] = value
    for field in fields:
        if field.path not in given and blocks[field.path] not in errors and field.wanted_by(given):
            errors[blocks[field.path]] = f"{field.label} is required here."
    return given, errors


def chosen_tool(view: Mapping[str, Any]) -> str:
    """The action id chosen in a form whose tool was changed, or the key that stands for a long one."""
    return str(_values(view).get(_TOOL) or form_origin(view).action)


def trial_blocks(trial: Trial) -> list[Block]:
    """How a tried request went: allowed or denied, today and after, and by which policies."""
    said = [("Today: ", trial.today), ("With this draft in force: ", trial.after)]
    items = [[words(label), *_decided(decision)] for label, decision in said]
    same = trial.today.allowed == trial.after.allowed
    verdict = "The draft does not change this request." if same else "The draft changes this request."
    if trial.uncertain:
        verdict = "Not certain: it depends on policies that are left out here."
        items += [[words(f"{cut(said, 300)}.")] for said in trial.uncertain[:5]]
    return [rich(line(words(verdict, bold=True)), bullets(items))]


def _decided(decision: Decision) -> list[Block]:
    by = f", by {cut(', '.join(decision.reasons), 400)}" if decision.reasons else ", because no policy permits it"
    found = [words("allowed" if decision.allowed else "denied", bold=True), words(f"{by}.")]
    if decision.errors:
        found.append(words(f" Cedar met an error: {cut('; '.join(decision.errors), 400)}", italic=True))
    return found


def _tool_choice(tools: tuple[Tool, ...], chosen: Tool) -> Block:
    groups: dict[str, list[Block]] = {}
    for tool in tools:
        groups.setdefault(tool.target, []).append(_option(tool.name, _key(tool.action)))
    return {
        "type": "input",
        "block_id": _TOOL,
        "dispatch_action": True,
        "label": plain("Tool"),
        "element": {
            "type": "static_select",
            "action_id": ids.TRY_TOOL,
            "initial_option": _option(chosen.name, _key(chosen.action)),
            "option_groups": [
                {"label": plain(target, 75), "options": options[start : start + _OPTIONS]}
                for target, options in groups.items()
                for start in range(0, len(options), _OPTIONS)
            ][:_OPTIONS],
        },
    }


def _key(action: str) -> str:
    """What stands for a tool in a menu, where Slack takes 150 characters."""
    return action if len(action) <= _VALUE else sha256(action.encode()).hexdigest()


def _option(label: str, value: str) -> Block:
    return {"text": plain(label, 75), "value": value}


def _caller(schema: GatewaySchema, now: datetime) -> list[Block]:
    oauth = schema.gateway.principal_type == OAUTH_USER
    who = {"type": "plain_text_input", "action_id": "value", "initial_value": "someone", "max_length": 500}
    blocks = [_labelled(_WHO, "Who calls (user id)" if oauth else "Who calls (the ARN of the caller)", who)]
    if oauth:
        claims = {"type": "plain_text_input", "action_id": "value", "multiline": True}
        blocks.append(
            _labelled(
                _CLAIMS, "Claims of the caller's token", claims, hint="One a line: role = support-agent", optional=True
            )
        )
    moment = {"type": "datetimepicker", "action_id": "value", "initial_date_time": int(now.timestamp())}
    return [*blocks, _labelled(_WHEN, "When", moment)]


def _input(tool: Tool, place: int, field: Field) -> Block:
    return _labelled(_block_id(tool, place), field.label, field.element(), hint=field.hint, optional=not field.required)


def _rest(fields: Sequence[Field]) -> Block:
    """What a form has no fields for: one object, with a value of each that is required to start from."""
    skeleton = nested({field.path: field.sample for field in fields if field.required})
    names = cut(", ".join(field.label for field in fields if not field.required), 200)
    element = {"type": "plain_text_input", "action_id": "value", "multiline": True}
    if skeleton and len(text := dumps(skeleton, indent=1)) <= _FIELD:
        element["initial_value"] = text
    hint = f"Optional: {names}" if names else "Each of them is required."
    label = f"The other {len(fields)} inputs, as one JSON object"
    return _labelled(_REST, label, element, hint=hint, optional=not any(field.required for field in fields))


def _in_rest(field: Field, rest: Any) -> Any:
    """The value of a field in the object that has the rest; None where it is not in it."""
    for name in field.path:
        if not isinstance(rest, Mapping) or name not in rest:
            return None
        rest = rest[name]
    return field.from_json(rest)


def _labelled(block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 150),
        "element": element,
        "optional": optional,
    }
    return {**block, "hint": plain(hint, 300)} if hint else block


def _block_id(tool: Tool, place: int) -> str:
    """Distinct for each tool, so that what was typed for one tool is not taken for another's."""
    return f"try.input.{sha256(tool.action.encode()).hexdigest()[:12]}.{place}"


def _values(view: Mapping[str, Any]) -> dict[str, str | None]:
    """What the form's fields hold, as text, by block id."""
    found: dict[str, str | None] = {}
    for block_id, elements in view["state"]["values"].items():
        state = next(iter(elements.values()))
        option = state.get("selected_option")
        value = option["value"] if option else state.get("selected_date_time", state.get("value"))
        found[block_id] = None if value is None else str(value)
    return found


def _claims(text: str | None) -> dict[str, str]:
    found = {}
    for typed in (text or "").splitlines():
        if not typed.strip():
            continue
        name, sign, value = typed.partition("=")
        if not sign or not name.strip():
            raise BadInput(f"“{cut(typed.strip(), 60)}” is not a claim. Type name = value, one a line.")
        found[name.strip()] = value.strip()
    return found


def _instant(value: str | None) -> str:
    moment = datetime.fromtimestamp(int(value), UTC) if value else datetime.now(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
