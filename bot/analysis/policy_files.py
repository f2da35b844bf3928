"""Cedar files and folders as named policies, and schema files of either syntax."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cedarpy

from bot.analysis.model import Model, schema_model
from bot.analysis.policies import Parsed, from_est
from bot.analysis.schema_text import schema_document
from bot.errors import BadInput, PolicyError


@dataclass(frozen=True)
class PolicyFile:
    """A policy as read: its statement in Cedar's own formatting, and its meaning."""

    statement: str
    parsed: Parsed


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


def read_policies(paths: Sequence[Path]) -> tuple[dict[str, PolicyFile], tuple[str, ...]]:
    """The static policies in these files, and in the .cedar files of these folders; and the names of templates.

    A policy's name is its @id, else its file's name, with its position when the file holds several. Raises BadInput.
    """
    found: dict[str, PolicyFile] = {}
    templates: list[str] = []
    for file in _files(paths):
        for name, est, template in _policies(file):
            if name in found or name in templates:
                raise BadInput(f"Two policies are called {name!r}; the second is in {file}.", path=str(file))
            if template:
                templates.append(name)
            else:
                found[name] = PolicyFile(_statement(est), from_est(est))
    return found, tuple(templates)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*.cedar"))
            if not inside:
                raise BadInput(f"The folder {path} holds no .cedar file.", path=str(path))
            yield from inside
        else:
            yield path


def _policies(file: Path) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    try:
        parsed = json.loads(cedarpy.policies_to_json_str(_read(file)))
    except ValueError as error:
        raise PolicyError(f"The policy file {file} cannot be used: {error}.", path=str(file)) from error
    except RecursionError as error:
        raise PolicyError(f"The policy file {file} holds a condition that is nested too deeply.") from error
    bodies = {**parsed["staticPolicies"], **parsed["templates"]}
    for position, key in enumerate(sorted(bodies, key=lambda key: int(key.removeprefix("policy")))):
        own = bodies[key].get("annotations", {}).get("id")
        name = own or (file.stem if len(bodies) == 1 else f"{file.stem}#{position + 1}")
        yield name, bodies[key], key in parsed["templates"]


def _statement(est: Mapping[str, Any]) -> str:
    text = cedarpy.policies_from_json_str(
        json.dumps({"staticPolicies": {"policy0": est}, "templates": {}, "templateLinks": []})
    )
    return str(text)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is not UTF-8 text"
        raise BadInput(f"The file {path} cannot be read: {why}.", path=str(path)) from error
