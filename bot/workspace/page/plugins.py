"""What whoever runs the workspace puts beside the conversation: a panel, with files and calls of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.workspace.wire import Json

Call = Callable[[Json], Awaitable[Any]]


@dataclass(frozen=True)
class Plugin:
    """A panel of the page. `name` is its part of the URL, `/page/plugins/NAME/FILE`.

    `folder` holds its modules and styles. `panel.js` exports `mount(slot, host)`, which draws into an element and gives
    back what is called with no arguments whenever something has changed; `panel.css` is loaded with it. `calls` are
    what `host.call(CALL, arguments)` reaches; each raises bot.errors.PolicybotError with a sentence for people.
    """

    name: str
    title: str
    folder: Path
    calls: Mapping[str, Call] = field(default_factory=dict)
