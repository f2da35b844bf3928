"""What `policybot analyze` prints and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.analysis.command import Question
from bot.analysis.command import analyze as analyze_question
from bot.analysis.files import report, text
from bot.cedar import GatewaySchema
from bot.errors import BadInput

Rule = Callable[..., str]
TAG = 'principal.hasTag("role") && principal.getTag("role") == "{}"'


def analyze(
    gateway: Path | None, schema: Path | None, policies: Sequence[Path], candidate: Path | None, as_json: bool
) -> tuple[str, int]:
    told, code = analyze_question(Question(gateway, schema, policies, candidate))
    return (report.json_text(told) if as_json else text.text(told)), code


@pytest.fixture
def gateway(tmp_path: Path, schema: GatewaySchema) -> Path:
    """The gateway of `schema` as a file."""
    targets: dict[str, list[Any]] = {}
    for tool in schema.tools:
        described = {"name": tool.name, "description": "", "inputSchema": tool.input_schema}
        targets.setdefault(tool.target, []).append(described)
    path = tmp_path / "gateway.json"
    path.write_text(
        json.dumps(
            {
                "gatewayArn": schema.gateway.arn,
                "name": "desk",
                "authorizerType": "CUSTOM_JWT",
                "targets": [
                    {"name": name, "targetConfiguration": {"mcp": {"lambda": {"toolSchema": {"inlinePayload": tools}}}}}
                    for name, tools in targets.items()
                ],
            }
        )
    )
    return path


def test_good_policies_have_nothing_to_say_and_exit_0(gateway: Path, cedar: Callable[..., Path], rule: Rule) -> None:
    cedar("set/a.cedar", rule("permit", TAG.format("a")))
    cedar("set/b.cedar", rule("permit", TAG.format("b")))
    text, code = analyze(gateway, None, [gateway.parent / "set"], None, False)
    assert code == 0
    assert "permit a: nothing to say" in text


def test_findings_exit_1_and_name_policies(gateway: Path, cedar: Callable[..., Path], rule: Rule) -> None:
    wide = cedar("wide.cedar", rule("permit", "context.input.amount < 5"))
    narrow = cedar("narrow.cedar", '@id("small")\n' + rule("permit", "context.input.amount < 3"))
    text, code = analyze(gateway, None, [wide, narrow], None, False)
    assert code == 1
    assert "shadowed: Everything that it allows is allowed by wide already." in text


def test_a_candidate_tells_findings_engine_findings_and_the_difference(
    gateway: Path, cedar: Callable[..., Path], rule: Rule
) -> None:
    base = cedar("base.cedar", rule("permit", TAG.format("a")))
    candidate = cedar("new.cedar", rule("permit", "context.input.amount <= 250"))
    text, code = analyze(gateway, None, [base], candidate, False)
    assert code == 1
    assert "newly allowed: alice calls Desk___refund with amount 250" in text
    assert "amount 250" in text
    assert "amount 251" in text
    told = json.loads(analyze(gateway, None, [base], candidate, True)[0])
    assert told["difference"]["widens"] is True
    assert [policy["name"] for policy in told["policies"]] == ["new"]
    unconditional = cedar("all.cedar", rule("permit"))
    assert "Overly Permissive" in analyze(gateway, None, [base], unconditional, False)[0]


def test_a_candidate_that_changes_nothing_says_so(gateway: Path, cedar: Callable[..., Path], rule: Rule) -> None:
    base = cedar("base.cedar", rule("permit", TAG.format("a")))
    again = cedar("again.cedar", '@id("base")\n' + rule("permit", f"({TAG.format('a')})"))
    assert analyze(gateway, None, [base], again, False) == ("permit base: nothing to say\nNo request changes.", 0)


def test_policies_of_one_file_are_taken_apart_by_themselves(app: Path, cedar: Callable[..., Path]) -> None:
    """A long chain, and semicolons that end nothing, cost the others nothing."""
    chain = f"principal.level{' + 1' * 1900} != 0"
    mixed = cedar(
        "mixed.cedar",
        f"// first; of two\npermit(principal, action, resource) when {{ {chain} }};",
        '@id("semi;colon") @note("a;b") permit(principal, action, resource) when { principal.level > 3 }; // end;',
    )
    told = json.loads(analyze(None, app, [mixed], None, True)[0])
    assert [(each["name"], each["matches"][0]["requests"]) for each in told["policies"]] == [
        ("mixed#1", "not analysed"),
        ("semi;colon", "some"),
    ]


def test_any_schema_compares_two_sets(app: Path, cedar: Callable[..., Path]) -> None:
    old = cedar("old.cedar", "permit(principal, action, resource) when { principal.level > 5 };")
    new = cedar("new.cedar", "permit(principal, action, resource) when { principal.level > 4 };")
    text, code = analyze(None, app, [old], new, False)
    assert (code, "The candidate is more permissive." in text) == (1, True)
    told = json.loads(analyze(None, app, [old], new, True)[0])
    assert told["comparison"]["environments"][0]["newlyAllowed"]["entities"][0]["attrs"] == {"level": 5}
    same = cedar("same.cedar", '@id("x")\npermit(principal, action, resource) unless { principal.level <= 5 };')
    assert analyze(None, app, [old], same, False)[1] == 0


def test_schemas_in_json_and_templates_are_read(tmp_path: Path, cedar: Callable[..., Path]) -> None:
    schema = tmp_path / "app.json"
    user = {"shape": {"type": "Record", "attributes": {"level": {"type": "Long"}}}}
    applies = {"principalTypes": ["User"], "resourceTypes": ["Doc"]}
    schema.write_text(
        json.dumps({"": {"entityTypes": {"User": user, "Doc": {}}, "actions": {"read": {"appliesTo": applies}}}})
    )
    policies = cedar(
        "mixed.cedar",
        "permit(principal == ?principal, action, resource);",
        "permit(principal, action, resource) when { principal.level < 1 && principal.level > 1 };",
    )
    text, code = analyze(None, schema, [policies], None, False)
    assert code == 1
    assert "matches no request of User" in text
    assert "Not analysed: mixed#1: it is a template." in text


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("missing.cedar", None, "cannot be read"),
        ("bad.cedar", "permit(principal", "cannot be used"),
    ],
)
def test_bad_policy_files_are_bad_input(
    name: str, content: str | None, sentence: str, gateway: Path, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(BadInput, match=sentence):
        analyze(gateway, None, [], tmp_path / name, False)


def test_bad_schemas_names_and_calls_are_bad_input(
    gateway: Path, tmp_path: Path, cedar: Callable[..., Path], rule: Rule
) -> None:
    one, other = cedar("one/p.cedar", rule("permit")), cedar("other/p.cedar", rule("permit"))
    with pytest.raises(BadInput, match="Two policies are called 'p'"):
        analyze(gateway, None, [one, other], None, False)
    with pytest.raises(BadInput, match="either --gateway or --schema"):
        analyze(gateway, gateway, [one], None, False)
    with pytest.raises(BadInput, match="Give the policies"):
        analyze(gateway, None, [], None, False)
    (tmp_path / "nothing").mkdir()
    with pytest.raises(BadInput, match=r"holds no \.cedar file"):
        analyze(gateway, None, [tmp_path / "nothing"], None, False)
    for content in ("entity", '{"": 3}', '{"": {"entityTypes": {"U": {"memberOfTypes": ["X"]}}, "actions": {}}}', "{"):
        (tmp_path / "schema").write_text(content)
        with pytest.raises(BadInput):
            analyze(None, tmp_path / "schema", [one], None, False)


def test_an_empty_candidate_removes_everything(
    app: Path, gateway: Path, cedar: Callable[..., Path], rule: Rule
) -> None:
    empty = cedar("empty.cedar", "// nothing")
    every = cedar("every.cedar", "permit(principal, action, resource);")
    text, code = analyze(None, app, [every], empty, False)
    assert code == 1
    assert "it removes all that there are" in text
    assert "The candidate is less permissive." in text
    text, code = analyze(gateway, None, [cedar("old.cedar", rule("permit"))], empty, False)
    assert code == 1
    assert "it removes all that there are" in text
    assert "newly denied: alice calls Desk___refund" in text


def test_inputs_inside_inputs_are_printed_inside_them() -> None:
    inputs = {"amount": 5, "to": {"country": "DE", "bank": {"code": 1}}, "list": [{"a": True}]}
    change = {
        "principalType": "U", "action": "pay", "status": "changed", "reason": "",
        "newly_allowed": {
            "principalId": "alice", "action": "pay", "inputs": inputs, "tags": {}, "now": "noon",
        },
        "newly_denied": None, "still_denied": None,
    }  # fmt: skip
    told = {"policies": [], "boundaries": [], "notAnalysed": [], "difference": {"changes": [change]}}
    assert 'with amount 5, to {country "DE", bank {code 1}}, list [{a true}] at noon' in text.text(told)


def test_what_a_whole_set_always_decides_is_said(app: Path, cedar: Callable[..., Path]) -> None:
    every = cedar("every.cedar", "permit(principal, action, resource);")
    assert 'The set always allows: User Action::"read" Doc.' in analyze(None, app, [every], None, False)[0]
    halves = (f"permit(principal, action, resource) when {{ principal.level {each} 3 }};" for each in ("<", ">="))
    two = cedar("two.cedar", *halves)
    assert 'The set always allows: User Action::"read" Doc.' in analyze(None, app, [two], None, False)[0]
    shut = cedar("shut.cedar", "forbid(principal, action, resource) when { principal.level > 3 };")
    assert "The set always" not in analyze(None, app, [every, shut], None, False)[0]
    assert 'The set always denies: User Action::"read" Doc.' in analyze(None, app, [shut], None, False)[0]


def test_what_a_set_decides_for_most_actions_is_said_in_a_few_words() -> None:
    def decided(caller: str, action: str, decides: str) -> dict[str, str]:
        return {"principalType": caller, "action": action, "resourceType": "Doc", "decides": decides, "reason": ""}

    users = [decided("User", action, "always denies") for action in ("read", "write", "share")]
    robots = [decided("Robot", action, "always denies") for action in ("read", "write")]
    told: dict[str, object] = {"policies": [], "boundaries": [], "notAnalysed": []}
    open_ = [*users, *robots, decided("Robot", "share", "depends")]
    assert text.text({**told, "decides": open_}) == (
        "The set always denies: User all 3 actions Doc; Robot all 3 actions but share Doc."
    )


def test_a_policy_of_another_gateway_is_invalid_in_a_sentence(app: Path, cedar: Callable[..., Path]) -> None:
    said, code = analyze(
        None, app, [cedar("a.cedar", 'permit(principal, action == Action::"fly", resource);')], None, False
    )
    assert code == 1
    assert "policy0" not in said
    assert '`Action::"fly"`. Name tools' in said


def test_a_broken_boundary_exits_4_and_shows_a_request(
    run: Callable[..., Any], app: Path, gateway: Path, cedar: Callable[..., Path], rule: Rule
) -> None:
    cap = cedar("never/cap.cedar", '@id("cap")\n' + rule("permit", "context.input.amount > 1000"))
    floor = cedar("floor.cedar", rule("permit", f"{TAG.format('a')} && context.input.amount < 10"))
    base = cedar("base.cedar", rule("permit", f"{TAG.format('a')} && context.input.amount <= 1000"))
    held = run("--gateway", gateway, "--policies", base, "--must-never", cap, "--must-allow", floor)
    assert (held.exit_code, held.stdout.splitlines()[:2]) == (0, ["must never cap: holds", "must allow floor: holds"])
    wide = cedar("wide.cedar", rule("permit"))
    crossed = run("--gateway", gateway, "--policies", base, "--candidate", wide, "--must-never", cap)
    assert crossed.exit_code == 4
    assert "must never cap: broken, this is allowed: alice calls Desk___refund" in crossed.stdout
    assert "amount 1001" in crossed.stdout
    removed = run("--gateway", gateway, "--policies", base, "--candidate", cedar("e.cedar"), "--must-allow", floor)
    assert removed.exit_code == 4
    assert "must allow floor: broken, this is denied: alice (role: " in removed.stdout
    level = cedar("level.cedar", "forbid(principal, action, resource) when { principal.level < 3 };")
    every = cedar("every.cedar", "permit(principal, action, resource);")
    general = run("--schema", app, "--policies", every, "--must-never", level)
    assert (general.exit_code, "must never level: broken, this is allowed: User::" in general.stdout) == (4, True)
    misread = run("--schema", app, "--policies", every, "--must-allow", level)
    assert (misread.exit_code, "not analysed, a forbid cannot say" in misread.stdout) == (1, True)
    typo = cedar("typo.cedar", "permit(principal, action, resource) when { principal.levle < 3 };")
    assert run("--schema", app, "--policies", every, "--must-never", typo).exit_code == 1
    void = cedar(
        "void.cedar", "permit(principal, action, resource) when { principal.level < 3 && principal.level > 3 };"
    )
    assert (
        "must never void: holds, but it matches no request"
        in run("--schema", app, "--policies", every, "--must-never", void).stdout
    )
    template = cedar("template.cedar", "permit(principal == ?principal, action, resource);")
    assert run("--schema", app, "--policies", every, "--must-never", template).exit_code == 2
