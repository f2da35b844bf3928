"""Where governance texts come from: a file, or the default with the approvers of POLICYBOT_APPROVERS in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bot.errors import GovernanceError

DEFAULT_FILE = Path(__file__).with_name("governance.cedar")
_APPROVERS = 'principal in Group::"policy-approvers"'
_ID = re.compile(r"[UWS][A-Z0-9]+")


def default_text(approvers: Sequence[str]) -> str:
    """The text of `governance.cedar`, with these ids for its group of approvers. Raises GovernanceError."""
    for each in approvers:
        if not _ID.fullmatch(each):
            raise GovernanceError(
                f"{each!r} is no approver: write user ids (U…, W…) and user-group ids (S…).",
                source="the default governance",
            )
    named = [
        f'principal in Group::"{each}"' if each[0] == "S" else f'principal == Person::"{each}"'
        for each in dict.fromkeys(approvers)
    ]
    return DEFAULT_FILE.read_text(encoding="utf-8").replace(_APPROVERS, " || ".join(named) or "false")


def text_of(path: Path) -> str:
    """The text in a file. Raises GovernanceError when there is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is not UTF-8 text"
        raise GovernanceError(f"{path}: The governance file cannot be read: {why}.", source=str(path)) from error
