"""The read-back of a policy is one English sentence that leaves nothing out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import cedarpy
import pytest

from bot.cedar import Gateway, GatewaySchema, gateway_from_api, parse_policy, schema_for
from bot.errors import PolicyError
from bot.language import translate
from bot.language.readback import read_back

Corpus = tuple[list[dict[str, Any]], dict[str, Gateway]]
Compare = Callable[[Gateway, Sequence[str], Sequence[str]], Any]


def _gateway(authorizer: str) -> Gateway:
    text = {"type": "string"}
    order = {
        "type": "object",
        "properties": {
            "total": {"type": "number"},
            "limit": {"type": "number"},
            "rowCount": {"type": "integer"},
            "days": {"type": "integer"},
            "country": text,
            "region": {"type": "string", "enum": ["US", "EU"]},
            "rush": {"type": "boolean"},
            "tags": {"type": "array", "items": text},
            "sender": {"type": "string", "format": "ipv4"},
            "buyer": {"type": "object", "properties": {"city": text, "zip": text}, "required": ["city"]},
        },
        "required": ["total", "limit", "rowCount", "country", "region"],
    }
    tools = [
        {"name": "place_order", "inputSchema": order},
        {"name": "cancel-order", "inputSchema": {"type": "object", "properties": {"total": {"type": "number"}}}},
    ]
    inline = {"mcp": {"lambda": {"toolSchema": {"inlinePayload": tools}}}}
    return gateway_from_api(
        {
            "gatewayArn": "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/shop-a1b2c3d4e5",
            "name": "shop",
            "authorizerType": authorizer,
        },
        [{"name": "Shop", "targetConfiguration": inline}],
    )


JWT, IAM = _gateway("CUSTOM_JWT"), _gateway("AWS_IAM")
RESOURCE = f'resource == AgentCore::Gateway::"{JWT.arn}"'
ACTION = 'action == AgentCore::Action::"Shop___place_order"'
USER = "principal is AgentCore::OAuthUser"


def _policy(when: str, effect: str = "permit", scope: str = f"{USER}, {ACTION}, {RESOURCE}") -> str:
    return f"{effect}({scope}) when {{ {when} }};"


CONDITIONS = {
    "context.input.rowCount < 500": "the row count is less than 500",
    "!(context.input.rowCount < 2500000)": "the row count is at least 2,500,000",
    "500 >= context.input.rowCount": "the row count is at most 500",
    "context.input.rowCount == -5": "the row count is -5",
    '((((context.input).total).lessThan(decimal("2500.5"))))': "the total is less than 2,500.5",
    'context.input.total.greaterThan(decimal("10.0"))': "the total is more than 10",
    "context.input.total.lessThanOrEqual(context.input.limit)": "the total is at most the limit",
    "context.input.rowCount >= 3 && context.input.rowCount <= 12": "the row count is between 3 and 12",
    "context.input.rowCount >= 12 && context.input.rowCount <= 3": (
        "the row count is at least 12 and the row count is at most 3"
    ),
    "context.input has days && context.input.days > 2": "the days are more than 2",
    "context.input has days": "the days are given",
    "!(context.input has days)": "the days are missing",
    "!(context.input has days && context.input.days > 2)": "the days are missing or the days are at most 2",
    'context.input.country == "US" || context.input.country == "CA"': 'the country is "US" or "CA"',
    '["US", "CA"].contains(context.input.country)': 'the country is "US" or "CA"',
    '!(context.input.country == "US" || context.input.country == "CA")': 'the country is neither "US" nor "CA"',
    'context.input.country != "US"': 'the country is not "US"',
    'context.input.country like "*x*"': 'the country contains "x"',
    'context.input.country like "x*"': 'the country starts with "x"',
    '!(context.input.country like "*x")': 'the country does not end with "x"',
    'context.input.country like "*\\**"': 'the country contains "*"',
    'context.input.country like "a*b"': '`((context.input).country) like "a*b"` holds',
    'context.input.country == "say \\"hi\\" \\\\"': 'the country is “say "hi" \\”',
    'context.input.country == "a\\u{200B}"': 'the country is the text `"a\\u{200b}"`',
    'context.input.region == AgentCore::Shop___place_order::Input::region::"EU"': 'the region is "EU"',
    "context.input has rush && context.input.rush": "rush is true",
    "context.input has rush && !context.input.rush": "rush is false",
    "context.input has rush && context.input.rush != true": "rush is false",
    'context.input has tags && context.input.tags.contains("vip")': 'the tags contain "vip"',
    'context.input has tags && !context.input.tags.contains("vip")': 'the tags do not contain "vip"',
    'context.input has tags && context.input.tags.containsAny(["a", "b"])': (
        'the tags contain "a" or the tags contain "b"'
    ),
    "context.input has tags && context.input.tags.isEmpty()": (
        "the tags are given and `((context.input).tags).isEmpty()` holds"
    ),
    'context.input has buyer && context.input.buyer.city == "Bonn"': 'the buyer city is "Bonn"',
    'context.input has buyer.zip && context.input.buyer.zip == "1"': 'the buyer zip is "1"',
    "!(context.input has buyer && context.input.buyer has zip)": "the buyer zip is missing",
    "context.input.rowCount + 5 > 10": "`((context.input).rowCount) + 5` is more than 10",
    'context.input has sender && context.input.sender.isInRange(ip("10.0.0.0/8"))': (
        'the sender is given and `((context.input).sender).isInRange(ip("10.0.0.0/8"))` holds'
    ),
    'if context.input.country == "US" then context.input.rowCount > 1 else context.input.rowCount > 2': (
        'the country is "US" and the row count is more than 1, or the country is not "US" and the row count is '
        "more than 2"
    ),
    'context.input.rowCount > 1 && (context.input.country == "US" || context.input.limit == context.input.total)': (
        'the row count is more than 1, and either the country is "US" or the limit is equal to the total'
    ),
    'context.system.now.offset(duration("1h")) < datetime("2026-01-01")': (
        '`((context.system).now).offset(duration("1h"))` is less than `datetime("2026-01-01")`'
    ),
    'context.input.rowCount > 1 || context.system.now < datetime("2026-07-01")': (
        "the row count is more than 1 or it is before 2026-07-01"
    ),
    "false": "`false` holds",
}
TIMES = {
    'context.system.now.toTime() >= duration("9h") && context.system.now.toTime() <= duration("17h30m")': (
        "between 09:00 and 17:30 UTC"
    ),
    'context.system.now.toTime() >= duration("22h") || context.system.now.toTime() <= duration("4h")': (
        "between 22:00 and 04:00 UTC"
    ),
    'context.system.now.toTime() > duration("20h")': "after 20:00 UTC",
    'context.system.now.toTime() < duration("9h0m15s")': "before 09:00:15 UTC",
    '!(context.system.now.toTime() > duration("20h"))': "at or before 20:00 UTC",
    'context.system.now < datetime("2026-07-01T00:00:00Z")': "before 2026-07-01",
    'context.system.now >= datetime("2026-07-01")': "from 2026-07-01",
    'context.system.now >= datetime("2026-12-20") && context.system.now < datetime("2027-01-04T00:00:00.000Z")': (
        "from 2026-12-20 to 2027-01-03"
    ),
    'context.system.now >= datetime("2026-12-20") && context.system.now < datetime("2026-12-21")': "on 2026-12-20",
}
ROLE = 'principal.hasTag("role") && principal.getTag("role")'
SCOPE = 'principal.getTag("scope")'
PEOPLE = {
    f'{ROLE} == "a"': 'Users with role "a"',
    f'{ROLE} == "a" && principal.hasTag("department") && principal.getTag("department") == "b"': (
        'Users with role "a" and department "b"'
    ),
    f'({ROLE} == "a" || {ROLE} == "b")': 'Users with role "a" or role "b"',
    f'!({ROLE} == "a")': 'Anyone except users with role "a"',
    f'!({ROLE} == "a" || {ROLE} == "b")': 'Anyone except users with role "a" or role "b"',
    'principal.hasTag("scope") && principal.getTag("scope") like "*x:y*"': 'Users with a scope containing "x:y"',
    f'principal.hasTag("scope") && ({SCOPE} == "x" || {SCOPE} like "x *"'
    f' || {SCOPE} like "* x" || {SCOPE} like "* x *")': 'Users with scope "x"',
    'principal.hasTag("cognito:groups") && principal.getTag("cognito:groups") like "*admins*"': (
        'Users with claim cognito:groups containing "admins"'
    ),
}


@pytest.mark.parametrize(("when", "sentence"), CONDITIONS.items())
def test_each_condition_of_the_dialect_has_its_clause(when: str, sentence: str) -> None:
    statement = _policy(when)
    assert schema_for(JWT).validate(statement) == ()
    assert read_back(statement, JWT) == f"Anyone may use place_order when {sentence}."


@pytest.mark.parametrize(("when", "words"), TIMES.items())
def test_a_time_in_utc_stands_before_the_conditions(when: str, words: str) -> None:
    statement = _policy(f"({when}) && context.input.rowCount > 1")
    assert read_back(statement, JWT) == f"Anyone may use place_order {words} when the row count is more than 1."


@pytest.mark.parametrize(("when", "who"), PEOPLE.items())
def test_claims_of_the_caller_are_the_subject(when: str, who: str) -> None:
    assert read_back(_policy(when), JWT) == f"{who} may use place_order."


def test_a_forbid_speaks_of_those_it_stops() -> None:
    assert read_back(_policy(f'{ROLE} == "a"', "forbid"), JWT) == 'Users with role "a" may not use place_order.'
    excepted = read_back(_policy(f'!({ROLE} == "a")', "forbid"), JWT)
    assert excepted == 'Nobody except users with role "a" may use place_order.'


def test_unless_stays_in_a_forbid_and_is_negated_in_a_permit() -> None:
    """A missing input never satisfies what comes after "unless" in a permit, so that exception is spelled out."""
    condition = "unless { context.input has days && context.input.days > 7 };"
    scope = f"({USER}, {ACTION}, {RESOURCE}) "
    assert read_back("forbid" + scope + condition, JWT) == (
        "Nobody may use place_order unless the days are more than 7."
    )
    assert read_back("permit" + scope + condition, JWT) == (
        "Anyone may use place_order when the days are missing or the days are at most 7."
    )


@pytest.mark.parametrize(
    ("scope", "sentence"),
    [
        (f"principal, {ACTION}, {RESOURCE}", "Any principal may use place_order."),
        (f"principal is AgentCore::IamEntity, {ACTION}, {RESOURCE}", "Any IAM caller may use place_order."),
        (
            f'principal == AgentCore::OAuthUser::"ana", {ACTION}, {RESOURCE}',
            'The principal AgentCore::OAuthUser::"ana" may use place_order.',
        ),
        (f"{USER}, action, {RESOURCE}", "Anyone may use all tools."),
        (f'{USER}, action in AgentCore::Action::"Shop", {RESOURCE}', "Anyone may use all tools on the Shop target."),
        (f'{USER}, action == AgentCore::Action::"Shop", {RESOURCE}', 'Anyone may use the action "Shop".'),
        (
            f'{USER}, action in [AgentCore::Action::"Shop___place_order", AgentCore::Action::"Shop___cancel-order"], '
            f"{RESOURCE}",
            "Anyone may use place_order and the cancel-order tool on the Shop target.",
        ),
        (f"{USER}, {ACTION}, resource is AgentCore::Gateway", "Anyone may use place_order on every gateway."),
        (f"{USER}, {ACTION}, resource", "Anyone may use place_order on any resource."),
        (
            f'{USER}, {ACTION}, resource == AgentCore::Gateway::"arn:other"',
            "Anyone may use place_order on the gateway arn:other.",
        ),
    ],
)
def test_every_part_of_the_scope_is_said(scope: str, sentence: str) -> None:
    assert read_back(f"permit({scope});", JWT) == sentence


def test_an_iam_gateway_has_callers() -> None:
    scope = f"principal is AgentCore::IamEntity, {ACTION}, {RESOURCE}"
    role = "arn:aws:sts::123456789012:assumed-role/Ops"
    assert read_back(_policy(f'principal.id == "{role}"', "permit", scope), IAM) == (
        f"The role {role} may use place_order."
    )
    assert read_back(_policy('!(principal.id like "*:123456789012:*")', "forbid", scope), IAM) == (
        "Nobody except account 123456789012 may use place_order."
    )


def test_without_the_gateway_every_name_is_said_as_it_stands() -> None:
    statement = _policy("context.input.rowCount > 10000")
    assert read_back(statement) == (
        f"Anyone may use the place_order tool on the Shop target on the gateway {JWT.arn} when the `rowCount` is more "
        "than 10,000."
    )


def test_inputs_whose_words_are_the_same_keep_their_names() -> None:
    schema = {"type": "object", "properties": {"rowCount": {"type": "integer"}, "row_count": {"type": "integer"}}}
    tools = [{"name": "t", "inputSchema": {**schema, "required": ["rowCount", "row_count"]}}]
    target = {"name": "T", "targetConfiguration": {"mcp": {"lambda": {"toolSchema": {"inlinePayload": tools}}}}}
    gateway = gateway_from_api({"gatewayArn": JWT.arn, "name": "g", "authorizerType": "CUSTOM_JWT"}, [target])
    scope = f'{USER}, action == AgentCore::Action::"T___t", {RESOURCE}'
    said = read_back(_policy("context.input.row_count > 1", "permit", scope), gateway)
    assert said == "Anyone may use t when the `row_count` is more than 1."


@pytest.mark.parametrize(
    "text",
    ["", "hello", "permit(principal, action, resource); permit(principal, action, resource);", _policy("!" * 9 + "x")],
)
def test_what_is_not_one_policy_is_a_policy_error(text: str) -> None:
    with pytest.raises(PolicyError):
        read_back(text)


def test_a_policy_that_nests_too_deeply_is_a_policy_error() -> None:
    with pytest.raises(PolicyError):
        read_back(_policy(" && ".join(["context.input.rowCount > 1"] * 3000)))


# Nothing is left out: whatever is changed in a policy changes its sentence, unless the change changes nothing.

OTHER_SIGN = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||", "||": "&&"}
OTHER_METHOD = {
    "lessThan": "lessThanOrEqual",
    "lessThanOrEqual": "lessThan",
    "greaterThan": "greaterThanOrEqual",
    "greaterThanOrEqual": "greaterThan",
    "contains": "containsAny",
}
OTHER_TEXT = {"decimal": "7.25", "duration": "7h7m", "datetime": "2031-01-01", "ip": "10.1.1.1"}


def _mutants(node: Any) -> Iterator[Any]:
    """The expression with one literal, operator, name or condition changed."""
    if isinstance(node, list):
        for i, child in enumerate(node):
            yield from ([*node[:i], changed, *node[i + 1 :]] for changed in _mutants(child))
        return
    if not isinstance(node, Mapping):
        return
    for key, value in node.items():
        rest = {k: v for k, v in node.items() if k != key}
        if key == "Value":
            yield from ({"Value": other} for other in _other_values(value))
        elif key in OTHER_TEXT:
            yield {key: [{"Value": OTHER_TEXT[key]}]}
        elif key in ("attr", "Literal"):
            yield {**rest, key: f"{value}x"}
        elif key == "pattern":
            yield {**rest, key: [*value, "Wildcard"]} if value[-1] != "Wildcard" else {**rest, key: value[:-1]}
            yield {**rest, key: [*value, {"Literal": "z"}]}
        else:
            yield from (
                {OTHER_SIGN.get(key) or OTHER_METHOD[key]: value} for _ in [0] if key in OTHER_SIGN | OTHER_METHOD
            )
            yield from value.values() if key in ("&&", "||", "!") else ()
            yield from ({**rest, key: changed} for changed in _mutants(value))


def _other_values(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, -value - 3]
    if isinstance(value, str):
        return [value + "x", value.swapcase() + "y", ""]
    return [{"__entity": {**value["__entity"], "id": value["__entity"]["id"] + "x"}}]


def _scope_mutants(est: Mapping[str, Any], gateway: Gateway) -> Iterator[dict[str, Any]]:
    yield {**est, "effect": "forbid" if est["effect"] == "permit" else "permit"}
    other = "AgentCore::IamEntity" if gateway.principal_type.endswith("OAuthUser") else "AgentCore::OAuthUser"
    yield {**est, "principal": {"op": "is", "entity_type": other}}
    yield {**est, "principal": {"op": "All"}}
    for tool in gateway.tools:
        yield {**est, "action": {"op": "==", "entity": {"type": "AgentCore::Action", "id": tool.action}}}
    yield {**est, "action": {"op": "in", "entity": {"type": "AgentCore::Action", "id": gateway.targets[0].name}}}
    yield {**est, "action": {"op": "All"}}
    yield {**est, "resource": {"op": "is", "entity_type": "AgentCore::Gateway"}}
    yield {**est, "resource": {"op": "==", "entity": {"type": "AgentCore::Gateway", "id": f"{gateway.arn}x"}}}
    for i, condition in enumerate(est["conditions"]):
        turned = {**condition, "kind": "unless" if condition["kind"] == "when" else "when"}
        yield {**est, "conditions": [*est["conditions"][:i], turned, *est["conditions"][i + 1 :]]}
        yield {**est, "conditions": [*est["conditions"][:i], *est["conditions"][i + 1 :]]}
    yield {**est, "annotations": {"id": "x"}}


def _text(est: Mapping[str, Any]) -> str | None:
    try:
        return cedarpy.policies_from_json_str(
            json.dumps({"staticPolicies": {"p": est}, "templates": {}, "templateLinks": []})
        )
    except ValueError:
        return None


def _check_mutants(statement: str, gateway: Gateway, schema: GatewaySchema, compare: Compare) -> int:
    est, said, tried = parse_policy(statement).est, read_back(statement, gateway), 0
    bodies = ({**est, "conditions": changed} for changed in _mutants(est["conditions"]))
    for mutant in (*_scope_mutants(est, gateway), *bodies):
        text = _text(mutant)
        if text is None or mutant == est or schema.validate(text):
            continue
        tried += 1
        if read_back(text, gateway) == said:
            assert compare(gateway, [text], [statement]).verdict == "equal", text
    return tried


def test_any_change_to_a_condition_of_the_dialect_changes_the_sentence(compare: Compare) -> None:
    both = (*CONDITIONS, *TIMES, *PEOPLE)
    schema = schema_for(JWT)
    tried = sum(_check_mutants(_policy(when), JWT, schema, compare) for when in both)
    assert tried > 800


def test_any_change_to_a_gold_policy_changes_the_sentence(corpus: Corpus, compare: Compare) -> None:
    rows, gateways = corpus
    schemas = {name: schema_for(gateway) for name, gateway in gateways.items()}
    tried = 0
    for row in rows:
        for statement in row.get("readings", [[]])[0]:
            tried += _check_mutants(statement, gateways[row["gateway"]], schemas[row["gateway"]], compare)
    assert tried > 1500


def test_parentheses_and_layout_do_not_change_the_sentence(corpus: Corpus) -> None:
    """AWS prints policies heavily parenthesised; Cedar's own printer does too."""
    rows, gateways = corpus
    for row in rows:
        for statement in row.get("readings", [[]])[0]:
            printed = _text(parse_policy(statement).est)
            assert printed is not None
            assert read_back(printed, gateways[row["gateway"]]) == read_back(statement, gateways[row["gateway"]])


# The way back: a sentence that the translator reads means the policy that it was made from.


def _verdict(statement: str, gateway: Gateway, compare: Compare) -> str:
    assets = translate(read_back(statement, gateway), gateway)
    statements = [asset.statement for asset in assets if asset.statement]
    if len(statements) < len(assets):
        return "refused"
    return str(compare(gateway, statements, [statement]).verdict)


def test_nearly_every_gold_policy_survives_its_own_sentence(corpus: Corpus, compare: Compare) -> None:
    rows, gateways = corpus
    golds = [(gold, gateways[row["gateway"]]) for row in rows for gold in row.get("readings", [[]])[0]]
    verdicts = [_verdict(gold, gateway, compare) for gold, gateway in golds]
    assert set(verdicts) <= {"equal", "refused"}
    assert verdicts.count("equal") >= 0.9 * len(verdicts)


@pytest.mark.parametrize("effect", ["permit", "forbid"])
def test_no_sentence_is_read_as_another_policy(effect: str, compare: Compare) -> None:
    """What the language does not reach is refused; and most of the dialect is reached."""
    verdicts = {when: _verdict(_policy(when, effect), JWT, compare) for when in (*CONDITIONS, *TIMES, *PEOPLE)}
    assert [when for when, verdict in verdicts.items() if verdict not in ("equal", "refused")] == []
    assert list(verdicts.values()).count("equal") >= 0.6 * len(verdicts)
