"""Settings: what the environment may say, and the sentence for what it may not."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.errors import SettingsError
from bot.logs import configure, hide_secrets
from bot.review.options import Options
from bot.review.routes import everywhere
from bot.routing import Route, Routing, read_routing
from bot.settings import read_settings, setting_names


def test_empty_variables_are_as_good_as_none() -> None:
    assert read_settings({"POLICYBOT_DATABASE_URL": "", "SLACK_BOT_TOKEN": ""}) == read_settings({})


def test_tokens_do_not_show_in_the_settings_text() -> None:
    assert "xoxb-secret" not in repr(read_settings({"SLACK_BOT_TOKEN": "xoxb-secret"}))


def test_approvers_are_users_and_groups() -> None:
    settings = read_settings({"POLICYBOT_APPROVERS": "U1, S2 ,W3"})
    assert (settings.approver_users, settings.approver_groups) == (("U1", "W3"), ("S2",))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POLICYBOT_APPROVERS", "U1,@bob"),
        ("POLICYBOT_APPROVERS", "Support"),
        ("POLICYBOT_APPROVERS", "Upper management"),
        ("POLICYBOT_ENFORCEMENT_MODE", "ENFORCE"),
        ("POLICYBOT_HTTP_PORT", "http"),
        ("POLICYBOT_POLL_SECONDS", "0"),
    ],
)
def test_a_value_that_cannot_be_used_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


@pytest.mark.parametrize("name", ["SLACK_API_URL", "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL"])
@pytest.mark.parametrize(
    "url",
    [
        "http://slack.com/api/",
        "http://localhost.example.com/",
        "http://127.0.0.1.example.com/",
        "http://localhost@example.com/",
        "ftp://localhost/",
        "//localhost",
        "slack.com/api",
        "http://[::1",
        "https://",
    ],
)
def test_tokens_and_rules_go_over_tls_or_stay_on_this_machine(name: str, url: str) -> None:
    """An address that anybody on the way could read along with is refused before anything is sent."""
    with pytest.raises(SettingsError, match=f"^{name} is .* in the clear"):
        read_settings({name: url})
    for allowed in (
        "https://gateway.example.com:8443/api/",
        "http://127.0.0.1:1/",
        "http://localhost:1/",
        "http://[::1]/",
    ):
        read_settings({name: allowed})


def test_one_engine_needs_no_routing_file() -> None:
    settings = read_settings({"POLICYBOT_POLICY_ENGINE_ID": "e-0123456789", "POLICYBOT_GATEWAY_ARN": "arn"})
    route = read_routing(settings).route("C1")
    assert route is not None
    assert (route.policy_engine_id, route.gateway_arn) == ("e-0123456789", "arn")


def test_a_channel_that_a_route_names_wins_over_the_route_for_all(tmp_path: Path) -> None:
    file = tmp_path / "routing.yml"
    file.write_text(
        "routes:\n"
        "  - {policy_engine_id: all, gateway_arn: a}\n"
        "  - {policy_engine_id: pay, gateway_arn: b, channels: [C2]}\n"
        "glossary: {people: {clerks: 'role = \"c1\"'}}\n"
    )
    routing = read_routing(read_settings({"POLICYBOT_CONFIG": str(file)}))
    assert [getattr(routing.route(channel), "policy_engine_id", None) for channel in ("C1", "C2")] == ["all", "pay"]
    assert routing.glossary["people"]["clerks"] == 'role = "c1"'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (":\n- [", "is not YAML"),
        ("routes: [\n", "is not YAML: line 2, column 1: expected the node content, but found '<stream end>'."),
        ("routes: [{policy_engine_id: e}]", "routes.0.gateway_arn"),
        ("rouets: []", "rouets"),
        ("routes: [{policy_engine_id: e, gateway_arn: g, channels: ['#payments']}]", "'#payments' is no channel's id"),
        ("routes: [{policy_engine_id: e, gateway_arn: g, channels: C012}]", "write a list of channel ids"),
        (
            "routes: [{policy_engine_id: e, gateway_arn: g, channels: [C1]}, "
            "{policy_engine_id: e, gateway_arn: g, channels: [C2, C1]}]",
            "routes 1 and 2 are both for the channel C1",
        ),
        (
            "routes: [{policy_engine_id: e, gateway_arn: g}, {policy_engine_id: f, gateway_arn: g}]",
            "both for every other channel",
        ),
    ],
)
def test_a_routing_file_that_cannot_be_used_says_where(tmp_path: Path, content: str | None, said: str) -> None:
    file = tmp_path / "routing.yml"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SettingsError, match=said):
        read_routing(read_settings({"POLICYBOT_CONFIG": str(file)}))


def test_no_person_can_keep_every_worker_busy() -> None:
    """However slow the analysis of somebody's proposals is, another's is taken up."""
    assert 0 < read_settings({}).open_per_person < Options(everywhere("e", "g")).concurrency


@pytest.mark.parametrize("name", [name for name in setting_names() if "_PER_" in name])
def test_a_quota_is_a_number_or_none(name: str) -> None:
    """0 is no quota; anything that is no number of proposals is refused."""
    assert read_settings({name: "0"}) != read_settings({})
    for wrong in ("-1", "many", "1.5"):
        with pytest.raises(SettingsError, match=name):
            read_settings({name: wrong})


def test_every_setting_says_what_it_is_for() -> None:
    assert all(setting_names().values())


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-1234-abcd",
        "xapp-1-A1-x",
        "Authorization: Bearer abc.def",
        "AKIAABCDEFGHIJKLMNOP",
        "https://hooks.slack.com/commands/T1/2/3",
        "ws://127.0.0.1:1/link?ticket=abc",
        "Credential=AKID/20260101/x Signature=00ff",
    ],
)
def test_no_secret_reaches_a_log_line(secret: str) -> None:
    said = hide_secrets({"event": f"failed with {secret}", "list": [secret], "deep": {"x": secret}})
    for part in secret.replace("Authorization: Bearer ", "").split():
        assert part not in str(said)


@pytest.mark.parametrize("json_lines", [True, False])
def test_a_value_in_a_log_line_makes_no_line_of_its_own(json_lines: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """What people or models wrote stays one value, with what does not show escaped, for machines and on a terminal."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        configure(json_lines=json_lines)
        logging.getLogger("policybot.test").warning("refused", extra={"code": "a\nfake line\u202e"})
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    (line,) = capsys.readouterr().err.splitlines()
    assert "a\\nfake line\\u202e" in line


def test_a_route_of_a_workspace_goes_before_one_for_any_and_is_nobody_elses() -> None:
    def route(engine: str, workspace: str = "", *channels: str) -> Route:
        return Route(policy_engine_id=engine, gateway_arn="g", workspace=workspace, channels=channels)

    routing = Routing(
        routes=(route("any", "*"), route("any-c1", "*", "C1"), route("north", "T1"), route("x", "T2", "C2"))
    )
    found = {
        where: getattr(routing.route(*where), "policy_engine_id", None)
        for where in (("C1", "T1"), ("C9", "T1"), ("C9", "T3"), ("C2", "T1"), ("C2", "T2"))
    }
    assert list(found.values()) == ["any-c1", "north", "any", "north", "x"]
    with pytest.raises(ValidationError):
        route("e", "north")
