"""The README and the documents say what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from bot.cli import app
from tests.support.settings_table import table, written

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def _known() -> set[str]:
    return set(_group().commands)


def test_the_first_commands_set_up_and_test() -> None:
    """Whoever copies the first two blocks gets a running bot and the tests."""
    first, second = re.findall(r"```sh\n(.*?)\n```", README, re.DOTALL)[:2]
    assert first.startswith("sh .ci/setup && ")
    assert second.startswith("sh .ci/test")
    for name in re.findall(r"sh (\.ci/\w+)", first + second):
        assert (ROOT / name).is_file(), name


def test_every_command_that_is_named_is_there() -> None:
    """`policybot NAME` in the README is a command of the program, and none is left out of its table."""
    named = set(re.findall(r"`(?:\.venv/bin/)?policybot ([a-z]+)", README))
    assert named - _known() == set()
    table = set(re.findall(r"^\| `policybot ([a-z]+)", README, re.MULTILINE))
    assert table == _known()


def test_every_option_that_is_named_is_there() -> None:
    """`--option` in the table of commands is an option of that command."""
    for line in re.findall(r"^\| `policybot .*$", README, re.MULTILINE):
        name = re.findall(r"policybot ([a-z]+(?: [a-z]+)?)", line)[0]
        offered = _options(name)
        for option in re.findall(r"--[a-z-]+", line):
            assert option in offered, f"{name} {option}"


def test_the_table_of_settings_is_the_settings() -> None:
    """Every variable that is read stands in the README with its default and text, in the same order, and no other.

    `python -m tests.support.settings_table` writes it anew.
    """
    assert written(README) == table()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_that_is_linked_exists(document: Path) -> None:
    """A link to a file of the repository leads somewhere."""
    for target in LINK.findall(document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), target


def test_every_file_that_the_readme_names_exists() -> None:
    """Names in backquotes that look like files of the repository are files of it."""
    for name in re.findall(r"`((?:\.ci|docs|bot|handlers|tests)/[\w./-]+|\w+\.(?:yml|toml|md))`", README):
        assert (ROOT / name).exists(), name


def _options(name: str) -> set[str]:
    first, *rest = name.split()
    command = _group().commands[first]
    for each in rest:
        command = getattr(command, "commands", {})[each]
    return {option for parameter in command.params for option in parameter.opts}


def _group() -> TyperGroup:
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    return group
