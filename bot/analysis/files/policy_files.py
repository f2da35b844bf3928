"""Cedar files and folders as named policies, and schema files of either syntax."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cedarpy

from bot.analysis.files.schema_text import schema_document
from bot.analysis.model import Model, schema_model
from bot.analysis.sets.policies import Parsed, from_est
from bot.cedar.policies import check_nesting
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


def read_policies(paths: Sequence[Path]) -> tuple[dict[str, Parsed], dict[str, str]]:
    """The static policies in these files, and in the .cedar files of these folders; and what is left out, with why.

    A policy's name is its @id, else its file's name, with its position when the file holds several. Raises BadInput.
    """
    found: dict[str, Parsed] = {}
    left_out: dict[str, str] = {}
    for file in _files(paths):
        for name, policy in _policies(file):
            if name in found or name in left_out:
                raise BadInput(f"Two policies are called {name!r}; the second is in {file}.", path=str(file))
            if isinstance(policy, str):
                left_out[name] = policy
            else:
                found[name] = policy
    return found, left_out


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*.cedar"))
            if not inside:
                raise BadInput(f"The folder {path} holds no .cedar file.", path=str(path))
            yield from inside
        else:
            yield path


def _policies(file: Path) -> Iterator[tuple[str, Parsed | str]]:
    text = _read(file)
    check_nesting(text)
    try:
        parsed = json.loads(cedarpy.policies_to_json_str(text))
    except ValueError as error:
        raise PolicyError(f"The policy file {file} cannot be used: {error}.", path=str(file)) from error
    except RecursionError as error:
        raise PolicyError(f"The policy file {file} holds a condition that is nested too deeply.") from error
    bodies = {**parsed["staticPolicies"], **parsed["templates"]}
    for position, key in enumerate(sorted(bodies, key=lambda key: int(key.removeprefix("policy")))):
        own = bodies[key].get("annotations", {}).get("id")
        name = own or (file.stem if len(bodies) == 1 else f"{file.stem}#{position + 1}")
        if key in parsed["templates"]:
            yield name, "it is a template"
        else:
            yield name, from_est(bodies[key], text) if len(bodies) == 1 else _apart(bodies[key])


def _apart(est: Mapping[str, Any]) -> Parsed | str:
    """One policy of several in a text, or why it cannot be had by itself."""
    alone = {"staticPolicies": {"policy0": est}, "templates": {}, "templateLinks": []}
    try:
        return from_est(est, str(cedarpy.policies_from_json_str(json.dumps(alone))))
    except ValueError:
        return "it is nested too deeply to be taken out of a file with several policies; give it a file of its own"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is not UTF-8 text"
        raise BadInput(f"The file {path} cannot be read: {why}.", path=str(path)) from error
