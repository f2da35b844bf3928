"""The actions of the grammar: small functions that make the meaning of a phrase of the meanings of its parts.

Each takes the context, the meanings of the rule's named symbols and its constants as keywords, and returns the meaning,
or None where the parts do not make such a phrase.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import getmembers, isfunction
from typing import Any

from bot.language.grammar.actions import (
    amid,
    amounts,
    chat,
    clauses,
    conditions,
    ellipsis,
    everyday,
    flags,
    follows,
    joining,
    legal,
    notices,
    orders,
    passives,
    people,
    questions,
    rows,
    sharing,
    tools,
    topics,
    values,
    wholes,
)

MODULES = (
    amid, amounts, chat, clauses, conditions, ellipsis, everyday, flags, follows, joining, legal, notices, orders,
    passives, people, questions, rows, sharing, tools, topics, values, wholes,
)  # fmt: skip
ACTIONS: Mapping[str, Callable[..., Any]] = {
    name.removesuffix("_"): action
    for module in MODULES
    for name, action in getmembers(module, isfunction)
    if not name.startswith("_") and action.__module__ == module.__name__
}
