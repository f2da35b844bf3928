"""Cedar files and folders as named policies, and schema files of either syntax."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import cedarpy

from bot.analysis.files.schema_text import schema_document
from bot.analysis.model import Model, schema_model
from bot.analysis.sets.policies import Parsed, parse, without_conditions
from bot.cedar.policies import check_nesting, statements
from bot.errors import BadInput, PolicyError


def read_schema(path: Path) -> tuple[Model, cedarpy.Schema]:
    """A Cedar schema file, JSON or Cedar's own syntax. Raises BadInput."""
    text = _read(path)
    try:
        if path.suffix == ".json" or text.lstrip().startswith("{"):
            return schema_model(json.loads(text)), cedarpy.Schema.from_json_str(text)
        handle = cedarpy.Schema.from_str(text)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise BadInput(f"The schema file {path} cannot be used: {error}.", path=str(path)) from error
    return schema_model(schema_document(handle)), handle


class Place(NamedTuple):
    """Where a policy is written; lines count from 1."""

    file: Path
    line: int


class PolicyFiles(NamedTuple):
    """Static policies by name; what is left out, with why; and where each of both is."""

    policies: dict[str, Parsed]
    left_out: dict[str, str]
    places: dict[str, Place]


def read_policies(paths: Sequence[Path]) -> PolicyFiles:
    """The policies in these files, and in the .cedar files of these folders.

    A policy's name is its @id, else its file's name, with its position when the file holds several. Raises BadInput.
    """
    found = PolicyFiles({}, {}, {})
    for file in _files(paths):
        for name, line, policy in _policies(file):
            if name in found.places:
                raise BadInput(f"Two policies are called {name!r}; the second is in {file}.", path=str(file))
            found.places[name] = Place(file, line)
            if policy is None:
                found.left_out[name] = "it is a template"
            else:
                found.policies[name] = policy
    return found


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*.cedar"))
            if not inside:
                raise BadInput(f"The folder {path} holds no .cedar file.", path=str(path))
            yield from inside
        else:
            yield path


def _policies(file: Path) -> Iterator[tuple[str, int, Parsed | None]]:
    """The name and line of each policy, and the policy, or None for a template."""
    text = _read(file)
    check_nesting(text)
    written = list(statements(text))
    for position, (line, statement) in enumerate(written):
        try:
            cedarpy.PolicySet.from_str(statement)
            head = json.loads(cedarpy.policies_to_json_str(without_conditions(statement)))
        except ValueError as error:
            raise PolicyError(f"The policy file {file} cannot be used: {error}.", path=str(file)) from error
        body = next(iter({**head["staticPolicies"], **head["templates"]}.values()))
        plain = file.stem if len(written) == 1 else f"{file.stem}#{position + 1}"
        yield body.get("annotations", {}).get("id") or plain, line, None if head["templates"] else parse(statement)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is not UTF-8 text"
        raise BadInput(f"The file {path} cannot be read: {why}.", path=str(path)) from error
