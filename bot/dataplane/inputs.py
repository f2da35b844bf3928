"""The arguments of a tool call: held to the tool's own schema, in the service's words, and told in Cedar's JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError

from bot.analysis.arguments import cedar_value
from bot.analysis.model import gateway_model
from bot.cedar import GatewaySchema, Tool
from bot.errors import PolicyError

_NAMES = {str: "string", bool: "boolean", int: "integer", float: "number", dict: "object", list: "array"}


class Unfit(Exception):
    """Arguments that a tool does not take. `problems` are the service's lines, one for each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(*problems)
        self.problems = problems

    @property
    def sentence(self) -> str:
        """What the service answers in the tool's stead."""
        lines = "".join(f"\n- {problem}" for problem in self.problems)
        return f"ValidationException - Parameter validation failed: Invalid request parameters:{lines}"


class Inputs:
    """How each tool of a gateway is called. Built for a tool when it is first asked for."""

    def __init__(self, schema: GatewaySchema) -> None:
        self._model = gateway_model(schema)
        self._types = {
            environment.action[1]: attribute.type
            for environment in self._model.environments
            if (attribute := environment.context.by_name.get("input"))
        }
        self._validators: dict[str, Draft202012Validator | None] = {}

    def check(self, tool: Tool, arguments: Mapping[str, Any]) -> None:
        """Raise Unfit for arguments that break the tool's own JSON schema."""
        if tool.action not in self._validators:
            self._validators[tool.action] = _validator(tool)
        validator = self._validators[tool.action]
        problems = validator.iter_errors(arguments) if validator else ()
        if found := tuple(line for problem in problems for line in _lines(problem)):
            raise Unfit(found)

    def in_cedar(self, tool: Tool, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments as `bot.cedar.Request` has its inputs; what the tool's schema does not name is left out.

        Raises Unfit for what Cedar cannot hold, such as a number of more than four decimals or a date that is none.
        Texts that stand for addresses and durations are looked into by Cedar only, when the call is decided.
        """
        try:
            inputs: dict[str, Any] = cedar_value(self._types[tool.action], arguments, self._model)
        except PolicyError as error:
            raise Unfit((error.sentence,)) from error
        return inputs


def _validator(tool: Tool) -> Draft202012Validator | None:
    """The validator of a tool's schema; None for one that is no JSON schema and so holds nobody to anything."""
    try:
        Draft202012Validator.check_schema(tool.input_schema)
    except SchemaError:
        return None
    return Draft202012Validator(tool.input_schema)


def _lines(problem: ValidationError) -> Iterator[str]:
    at = "".join(f"/{part}" for part in problem.absolute_path)
    wanted: Any = problem.validator_value
    if problem.validator == "required":
        given: Any = problem.instance
        missing = [name for name in wanted if name not in given]
        # jsonschema names each missing member in a problem of its own.
        yield from (
            f"Missing required field(s): '{name}'" for name in missing if problem.message.startswith(repr(name))
        )
    elif problem.validator == "type":
        names = ", ".join(wanted) if isinstance(wanted, list) else wanted
        yield f"Field '{at}' has invalid type: {_NAMES.get(type(problem.instance), 'null')} found, {names} expected"
    else:
        yield f"Field '{at}' is invalid: breaks the schema's {problem.validator}"
