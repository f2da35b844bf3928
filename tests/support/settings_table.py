"""The README's table of settings, out of the settings. `python -m tests.support.settings_table` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

from bot.settings import setting_defaults, setting_names

README = Path(__file__).parents[2] / "README.md"
HEAD = "| variable | default | what it is for |\n|---|---|---|\n"
_TABLE = re.compile(r"\| variable \|[^\n]*\n\|[-|]+\|\n(?:\| `[A-Z0-9_]+` \|[^\n]*\n)+")


def table() -> str:
    """The table as Markdown."""
    defaults = setting_defaults()
    return HEAD + "".join(f"| `{name}` | {defaults[name]} | {what} |\n" for name, what in setting_names().items())


def written(readme: str) -> str:
    """The table that stands in a README; empty when there is none."""
    found = _TABLE.search(readme)
    return found.group() if found else ""


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    README.write_text(text.replace(written(text), table()), encoding="utf-8")
