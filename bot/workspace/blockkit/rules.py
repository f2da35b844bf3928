"""The vocabulary of Block Kit's rules: each rule looks at one value and reports what is wrong with it, and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Report = list[str]
Rule = Callable[[object, str, Report], None]


def say(report: Report, sentence: str, pointer: str) -> None:
    """Add a complaint in Slack's form."""
    report.append(f"{sentence} [json-pointer:{pointer or '/'}]")


@dataclass(frozen=True)
class Shape:
    """An object: its fields, those that must be there, whether others may be, and rules about the whole of it."""

    fields: Mapping[str, Rule]
    required: tuple[str, ...] = ()
    open: bool = False
    whole: tuple[Rule, ...] = field(default=())

    def __call__(self, value: object, pointer: str, report: Report) -> None:
        if not isinstance(value, dict):
            say(report, "must provide an object", pointer)
            return
        for name in self.required:
            if value.get(name) is None:
                say(report, f"missing required field: {name}", pointer)
        for name, inner in value.items():
            rule = self.fields.get(name)
            if rule is not None:
                if inner is not None:
                    rule(inner, f"{pointer}/{name}", report)
            elif not self.open:
                say(report, f"invalid additional property: {name}", pointer)
        for rule in self.whole:
            rule(value, pointer, report)


def anything(value: object, pointer: str, report: Report) -> None:
    """No rule."""


def string(most: int = 0, least: int = 0) -> Rule:
    """A string of `least` to `most` characters; 0 is no limit."""

    def rule(value: object, pointer: str, report: Report) -> None:
        if not isinstance(value, str):
            say(report, "must provide a string", pointer)
        elif len(value) < least:
            say(report, f"must be more than {least - 1} characters", pointer)
        elif most and len(value) > most:
            say(report, f"must be less than {most + 1} characters", pointer)

    return rule


def optional(of: Rule) -> Rule:
    """`of`, or null."""

    def rule(value: object, pointer: str, report: Report) -> None:
        if value is not None:
            of(value, pointer, report)

    return rule


def flag(value: object, pointer: str, report: Report) -> None:
    """A truth value."""
    if not isinstance(value, bool):
        say(report, "must provide a boolean", pointer)


def number(least: int | None = None, most: int | None = None) -> Rule:
    """A whole number within bounds."""

    def rule(value: object, pointer: str, report: Report) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            say(report, "must provide a number", pointer)
        elif least is not None and value < least:
            say(report, f"must be greater than or equal to {least}", pointer)
        elif most is not None and value > most:
            say(report, f"must be less than or equal to {most}", pointer)

    return rule


def one_of(*values: str) -> Rule:
    """One of these strings."""

    def rule(value: object, pointer: str, report: Report) -> None:
        if value not in values:
            say(report, f"must be a valid enum value: {', '.join(values)}", pointer)

    return rule


def array(of: Rule, least: int = 0, most: int = 0) -> Rule:
    """A list of `least` to `most` items; 0 is no limit."""

    def rule(value: object, pointer: str, report: Report) -> None:
        if not isinstance(value, list):
            say(report, "must provide an array", pointer)
            return
        if len(value) < least:
            say(report, f"no fewer than {least} items allowed", pointer)
        if most and len(value) > most:
            say(report, f"no more than {most} items allowed", pointer)
        for place, item in enumerate(value):
            of(item, f"{pointer}/{place}", report)

    return rule


def text(*kinds: str, most: int = 3000, least: int = 1) -> Rule:
    """A text object of one of these kinds."""
    fields: dict[str, Rule] = {"type": one_of(*kinds), "text": string(most, least)}
    if "plain_text" in kinds:
        fields["emoji"] = flag
    if "mrkdwn" in kinds:
        fields["verbatim"] = flag
    return Shape(fields, ("type", "text"))


def typed(table: Mapping[str, Rule], *kinds: str) -> Rule:
    """An object whose `type` chooses its shape from `table`; with `kinds`, only those are allowed here."""

    def rule(value: object, pointer: str, report: Report) -> None:
        if not isinstance(value, dict):
            say(report, "must provide an object", pointer)
            return
        kind = value.get("type")
        if kind is None:
            say(report, "missing required field: type", pointer)
        elif not isinstance(kind, str) or kind not in table or (kinds and kind not in kinds):
            say(report, f"unsupported type: {kind}", f"{pointer}/type")
        else:
            table[kind](value, pointer, report)

    return rule


def exactly_one(*names: str) -> Rule:
    """Exactly one of these fields is given."""

    def rule(value: object, pointer: str, report: Report) -> None:
        assert isinstance(value, dict)
        if sum(value.get(name) is not None for name in names) != 1:
            say(report, f"exactly one of {', '.join(names)} must be provided", pointer)

    return rule


def at_least_one(*names: str) -> Rule:
    """At least one of these fields is given."""

    def rule(value: object, pointer: str, report: Report) -> None:
        assert isinstance(value, dict)
        if all(not value.get(name) for name in names):
            say(report, f"at least one of {', '.join(names)} must be provided", pointer)

    return rule
