"""An analysis as text for a terminal or a CI log, from its JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.analysis.files.report import quoted, uid_text
from bot.cedar.hidden import shown

# GitHub reads commands at the start of a line, or after ##; Azure after ##.
_COMMAND = re.compile(r"^\s*::|##(?=\w*\[)")
_EXAMPLES = {"newlyAllowed": "newly allowed", "newlyDenied": "newly denied"}


def text(told: Mapping[str, Any]) -> str:
    """The JSON of an analysis as lines for a person."""
    return "\n".join(map(inert, _lines(told)))


def inert(line: str) -> str:
    """A line that neither a terminal nor a CI system takes for anything but text."""
    return _COMMAND.sub(lambda found: found[0].replace("#", "\\u{23}").replace(":", "\\u{3a}"), shown(line, keep=""))


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    for tool in told.get("skippedTools", ()):
        yield f"The tool {tool['action']} is left out: Cedar cannot express its inputs ({tool['reason']})."
    yield from map(boundary_line, told["boundaries"])
    if told.get("removesAll"):
        yield "The candidate holds no policy: it removes all that there are."
    for part, heading in (("policies", ""), ("candidate", "candidate ")):
        for policy in told.get(part, ()):
            yield from _policy(policy, heading)
    if "difference" in told:
        yield from _difference(told["difference"])
    if "comparison" in told:
        yield from _comparison(told["comparison"])
    yield from _decides(told.get("decides", ()))
    yield from (f"Not analysed: {each['name']}: {each['reason']}." for each in told["notAnalysed"])


def boundary_line(boundary: Mapping[str, Any]) -> str:
    """A boundary and what became of it."""
    says = f"{boundary['kind']} {boundary['name']}: {boundary['status']}"
    if boundary["status"] == "not analysed":
        return f"{says}, {boundary['reason']}"
    if boundary["status"] == "holds":
        return f"{says}, but {boundary['reason']}" if boundary["reason"] else says
    shows = _gateway_request(boundary["example"]) if "example" in boundary else _general_request(boundary["request"])
    return f"{says}, this is {'allowed' if boundary['kind'] == 'must never' else 'denied'}: {shows}"


def _decides(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for decides in ("always allows", "always denies"):
        always = list(_always(found, decides))
        if always:
            yield f"The set {decides}: {'; '.join(always)}."
    for each in found:
        if each["reason"]:
            yield f"The set for {_where(each)}: not analysed, {each['reason']}."


def _always(found: Sequence[Mapping[str, Any]], decides: str) -> Iterator[str]:
    """Where a set always decides so; for each kind of caller in a few words where they hold for most actions."""
    kinds = dict.fromkeys((each["principalType"], each["resourceType"]) for each in found)
    for caller, resource in kinds:
        of_kind = [each for each in found if (each["principalType"], each["resourceType"]) == (caller, resource)]
        so = [each for each in of_kind if each["decides"] == decides]
        others = [each["action"] for each in of_kind if each["decides"] != decides]
        if len(so) > 1 and len(others) < len(so):
            but = f" but {', '.join(others)}" if others else ""
            yield f"{caller} all {len(of_kind)} actions{but} {resource}"
        else:
            yield from map(_where, so)


def _policy(policy: Mapping[str, Any], heading: str) -> Iterator[str]:
    said = policy["findings"] or policy.get("engineFindings")
    yield f"{heading}{policy['effect']} {policy['name']}: {'' if said else 'nothing to say'}".rstrip()
    for each in policy.get("matches", ()):
        yield f"  matches {_extent(each['requests'])} of {_where(each)}"
    for finding in policy["findings"]:
        yield f"  {finding_line(finding)}"
        if finding["example"]:
            yield f"    for example {_gateway_request(finding['example'])}"
    if policy.get("failing"):
        yield f"    for example {_general_request(policy['failing'])}"
    for sentence in policy.get("engineFindings", ()):
        yield f"  with the engine's other policies: {sentence}"


def finding_line(finding: Mapping[str, Any]) -> str:
    """A finding and what to do about it."""
    return f"{finding['kind']}: {finding['sentence']} {finding['advice']}"


def _extent(requests: str) -> str:
    return {"all": "all requests", "some": "some requests", "none": "no request"}.get(
        requests, "(not analysed) requests"
    )


def changed_lines(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a candidate changes for the callers of a gateway: each change's status, and the change in one line."""
    for change in told.get("difference", {}).get("changes", ()):
        if change["status"] != "unchanged":
            yield change["status"], "; ".join([_change(change), *_change_examples(change)])


def compared_lines(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The same over any schema."""
    for each in told.get("comparison", {}).get("environments", ()):
        if each["order"] != "equivalent":
            yield each["order"], "; ".join([_compared(each), *_compared_examples(each)])


def _difference(found: Mapping[str, Any]) -> Iterator[str]:
    changes = [change for change in found["changes"] if change["status"] != "unchanged"]
    yield "What changes:" if changes else "No request changes."
    for change in changes:
        yield f"  {_change(change)}"
        yield from (f"    {line}" for line in _change_examples(change))


def _change(change: Mapping[str, Any]) -> str:
    suffix = f": not analysed, {change['reason']}" if change["reason"] else ""
    return f"{change['principalType']} {change['action']}{suffix}"


def _change_examples(change: Mapping[str, Any]) -> Iterator[str]:
    for name in ("newly_allowed", "newly_denied", "still_denied"):
        if change[name]:
            yield f"{name.replace('_', ' ')}: {_gateway_request(change[name])}"


def _comparison(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"The candidate is {found['overall']}."
    if found["disjoint"]:
        yield "The two sets are disjoint: no request is allowed by both."
    for each in found["environments"]:
        if each["order"] != "equivalent":
            yield f"  {_compared(each)}"
            yield from (f"    {line}" for line in _compared_examples(each))


def _compared(each: Mapping[str, Any]) -> str:
    suffix = f" ({each['reason']})" if each["reason"] else ""
    return f"{_where(each)}: {each['order']}{suffix}"


def _compared_examples(each: Mapping[str, Any]) -> Iterator[str]:
    for name in ("newlyAllowed", "newlyDenied"):
        if each[name]:
            yield f"{_EXAMPLES[name]}: {_general_request(each[name])}"


def _where(each: Mapping[str, Any]) -> str:
    return f"{each['principalType']} {each['action']} {each['resourceType']}"


def _gateway_request(example: Mapping[str, Any]) -> str:
    parts = [f"{example['principalId']}{_claims(example['tags'])} calls {example['action']}"]
    if example["inputs"]:
        parts.append(f"with {_members(example['inputs'])}")
    skipped = example.get("overflows")
    overflow = f" (an overflow: Cedar skips {', '.join(skipped)})" if skipped else ""
    return f"{' '.join(parts)} at {example['now']}{overflow}"


def _claims(tags: Mapping[str, Any]) -> str:
    return f" ({', '.join(f'{name}: {_plain(value)}' for name, value in tags.items())})" if tags else ""


def _general_request(request: Mapping[str, Any]) -> str:
    parts = [f"{request['principal']} does {request['action']} on {request['resource']}"]
    if request["context"]:
        parts.append(f"with {_members(request['context'])}")
    for entity in request["entities"]:
        said = [
            *(f"{name} {_plain(value)}" for name, value in entity["attrs"].items()),
            *(f"tag {name} {_plain(value)}" for name, value in entity["tags"].items()),
            *(f"in {parent}" for parent in entity["parents"]),
        ]
        if said:
            parts.append(f"where {entity['uid']} has {', '.join(said)}")
    return "; ".join([" ".join(parts[:2]), *parts[2:]])


def _plain(value: Any) -> str:
    """A value in Cedar's JSON form as a reader would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_plain, value))}]"
    if not isinstance(value, Mapping):
        return quoted(value) if isinstance(value, str) else str(value)
    if "__entity" in value:
        return uid_text((value["__entity"]["type"], value["__entity"]["id"]))
    if "__extn" in value:
        call = value["__extn"]
        return str(call["arg"]) if "arg" in call else f"{call['fn']}({', '.join(map(_plain, call['args']))})"
    return f"{{{_members(value)}}}"


def _members(record: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_plain(part)}" for name, part in record.items())
