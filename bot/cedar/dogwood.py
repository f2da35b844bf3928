"""Dogwood, which AgentCore takes under `definition.policy`: Cedar, and conditions that no Cedar parser reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.cedar.policies import Policy, parse_policy
from bot.errors import PolicyError

_GAP = r"(?:\s++|//[^\r\n]*+)*+"
_TOKEN = re.compile(
    rf"""
    (?P<skipped> "(?:\\.|[^"\\])*+" | //[^\r\n]*+ | @{_GAP}\w++ )
  | (?P<block>   \b(?:when|unless)\b{_GAP}(?P<kind>temporal|guardrails)\b{_GAP}\{{ )
  | (?P<effect>  \bsuppressOutput\b )
  | (?P<open>    [(\[{{] )
  | (?P<close>   [)\]}}] )
  | (?P<quote>   " )
  | \w++
    """,
    re.VERBOSE | re.DOTALL,
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def plain_part(statement: str) -> tuple[str, tuple[str, ...]]:
    """A statement without its `when temporal { … }` and `when guardrails { … }` blocks (`unless` too), and their kinds.

    The kinds are in the order of the text; none means that the text is plain Cedar, or no policy at all, and it comes
    back unchanged. The effect `suppressOutput`, which withholds what a call answers, is a kind too: its policy comes
    back as the `forbid` that Cedar can read. A block inside an expression stays, and no Cedar parser takes it. Lines
    keep their numbers. Raises PolicyError for a block that does not close.
    """
    found = _Scan(statement)
    for token in _TOKEN.finditer(statement):
        found.take(token)
    return found.result()


def plain_policy(statement: str | None) -> Policy | None:
    """The policy of a statement's plain part; None where there is none that Cedar can read."""
    try:
        return parse_policy(plain_part(statement or "")[0])
    except PolicyError:
        return None


@dataclass
class _Scan:
    """How far a text is read: what is kept of it, the brackets that are open, and where an open block began."""

    text: str
    kept: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    done: int = 0
    awaited: list[str] = field(default_factory=list)
    block: int | None = None

    def take(self, token: re.Match[str]) -> None:
        """Read one token. Words count only outside of all brackets, where clauses and effects stand."""
        what, text = token.lastgroup, token[0]
        if what == "block" and not self.awaited:
            self._keep(token.start(), "")
            self.kinds.append(token["kind"])
            self.block = token.start()
        elif what == "effect" and not self.awaited:
            self._keep(token.start(), "forbid")
            self.kinds.append(text)
            self.done = token.end()
        if what in ("block", "open"):
            self.awaited.append(_CLOSING[text[-1]])
        elif what == "close":
            self._close(token)
        elif what == "quote" and self.block is not None:
            raise self._unbalanced("a string in it does not end")

    def _close(self, token: re.Match[str]) -> None:
        if self.block is None:
            self.awaited = self.awaited[:-1]
            return
        awaited = self.awaited.pop()
        if token[0] != awaited:
            raise self._unbalanced(f"“{token[0]}” stands where “{awaited}” is due")
        if not self.awaited:
            self.done = token.end()
            self.kept.append("\n" * self.text.count("\n", self.block, self.done))
            self.block = None

    def result(self) -> tuple[str, tuple[str, ...]]:
        """What `plain_part` answers, once every token is read."""
        if self.block is not None:
            raise self._unbalanced(f"“{self.awaited[-1]}” is missing at the end")
        if not self.kinds:
            return self.text, ()
        self._keep(len(self.text), "")
        return "".join(self.kept), tuple(self.kinds)

    def _keep(self, until: int, instead: str) -> None:
        self.kept.append(self.text[self.done : until] + instead)

    def _unbalanced(self, why: str) -> PolicyError:
        line = self.text.count("\n", 0, self.block) + 1
        return PolicyError(f"The {self.kinds[-1]} block on line {line} of the policy is not balanced: {why}.")
