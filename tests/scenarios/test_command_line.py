"""The commands as they are run from a shell: exit codes, one sentence for each mistake, output that others can read."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.controlplane.config import SAMPLE_GATEWAY
from tests.support.process import policybot
from tests.support.scene import REFUND_RULE

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_try_prints_a_reviewed_rule_as_json() -> None:
    """With `--approve --json` it ends when the policy is ACTIVE: exit 0, and the messages as Slack got them."""
    ended = await policybot("try", REFUND_RULE, "--approve", "--json")
    assert ended.code == 0, ended.err
    found = json.loads(ended.out)
    assert list(found) == ["private", "messages"]
    texts = [message["text"] for message in found["messages"]]
    assert any(text.startswith("Policy ") and "created, log-only, ACTIVE" in text for text in texts)
    assert "Closed: 1 policy created, log-only, ACTIVE." in texts[0]
    assert texts[1] == "Closed: 1 policy created, log-only, ACTIVE."
    assert all(message["blocks"] for message in found["messages"])
    assert ended.err == ""


async def test_try_makes_an_agents_calls_before_and_after() -> None:
    """What is denied is denied still, since the policy is log-only; what it would have decided is said beside it."""
    small, big = (f"role=support-agent process_refund amount={amount} orderId=A-1" for amount in (300, 600))
    rule = f"{REFUND_RULE} if the amount is below 500"
    ended = await policybot("try", rule, "--approve", "--json", "--call", small, "--call", big)
    assert ended.code == 0, ended.err
    first, second = json.loads(ended.out)["calls"]
    assert [first["call"], second["call"]] == [small, big]
    for call in (first, second):
        assert call["before"]["outcome"] == call["after"]["outcome"] == "denied"
        assert "denied by default" in call["before"]["sentence"]
        assert call["before"]["logOnly"] == []
    assert [each["flips"] for each in first["after"]["logOnly"]] == [True]
    assert second["after"]["logOnly"] == []
    wrong = await policybot("try", rule, "--call", "process_rfund amount=1")
    assert (wrong.code, "is no tool of the gateway" in wrong.sentence) == (2, True)


async def test_try_approves_pieces_that_change_what_the_others_do() -> None:
    """One piece in force makes the other change nothing: that card is shown anew, approved again, and it ends."""
    ended = await policybot("try", f"{REFUND_RULE}. {REFUND_RULE} if the amount is below 500.", "--approve")
    assert ended.code == 0, ended.err
    assert "Closed: 2 policies created, log-only, ACTIVE." in ended.out


async def test_try_shows_a_faulty_generation() -> None:
    """The policy that the thread shows is another one than the rule's; what --generation may be is said."""
    faulty = await policybot("try", REFUND_RULE, "--generation", "faulty")
    assert faulty.code == 0, faulty.err
    assert "RefundTool___process_refund" in faulty.out
    assert '"support-agent"' not in faulty.out
    assert "May approve: @policy-approvers" in faulty.out
    left = await policybot("try", REFUND_RULE, "--generation", "faulty", "--approve")
    assert (left.code, "left for a person to look at" in left.sentence) == (1, True)
    wrong = await policybot("try", REFUND_RULE, "--generation", "wild")
    assert (wrong.code, "faithful or faulty, not wild" in wrong.sentence) == (2, True)


async def test_try_prints_the_whole_of_a_private_answer() -> None:
    """`help` is shown as Slack shows it, and not only as its notification says it."""
    ended = await policybot("try", "help")
    assert "who may, or may not, call which tool" in ended.out
    assert "/policy allow users with role support-agent to call process_refund" in ended.out


async def test_try_ends_where_the_text_is_no_rule() -> None:
    """With the private question, and as a rule that was refused."""
    ended = await policybot("try", "thanks everybody that was a lovely lunch")
    assert ended.code == 3, ended.err
    assert "I find no rule in" in ended.out
    assert "Propose it all the same" in ended.out


@pytest.mark.parametrize(("asks", "answered"), [("list", "There are no policies"), ("who", "Who may")])
async def test_try_prints_what_a_question_is_answered_in_a_modal(asks: str, answered: str) -> None:
    """Also a question that nothing comes of is seen to its end."""
    ended = await policybot("try", asks)
    assert "only Riley sees:" in ended.out
    assert answered in ended.out
    assert "Loading" not in ended.out
    assert ended.err == ""


async def test_try_says_with_its_exit_code_that_a_rule_was_refused() -> None:
    """Exit 3 when nothing could be reviewed, with the reason in the thread that it prints."""
    ended = await policybot("try", "allow support agents to use the flux capacitor tool")
    assert ended.code == 3, ended.err
    assert "flux capacitor" in ended.out
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("content", [None, "{", "[]", '{"name": 1}', '{"targets": []}', "\x00\x01"])
async def test_a_gateway_file_that_cannot_be_used_is_named(tmp_path: Path, content: str | None) -> None:
    """Missing, no JSON, another shape: exit 2 and one sentence with the file's name."""
    path = tmp_path / "gateway.json"
    if content is not None:
        path.write_text(content)
    ended = await policybot("translate", "--gateway", str(path), REFUND_RULE)
    assert ended.code == 2, ended.err
    assert str(path) in ended.sentence


async def test_try_refuses_a_missing_gateway_file() -> None:
    """`try` with a file that is not there ends at once with a sentence."""
    ended = await policybot("try", REFUND_RULE, "--gateway", "/no/such/gateway.json")
    assert ended.code == 2, ended.err
    assert "/no/such/gateway.json" in ended.sentence
    assert ended.out == ""


async def test_a_gateway_with_a_tool_that_cedar_cannot_express_still_works(tmp_path: Path) -> None:
    """One tool whose schema has no Cedar type does not take the others away."""
    gateway: dict[str, Any] = json.loads(SAMPLE_GATEWAY.read_text())
    odd = {
        "name": "odd_one",
        "description": "Odd",
        "inputSchema": {"type": "object", "properties": {"": {"type": "no"}}},
    }
    tools = gateway["targets"][0]["targetConfiguration"]["mcp"]["lambda"]["toolSchema"]["inlinePayload"]
    tools.append(odd)
    path = tmp_path / "gateway.json"
    path.write_text(json.dumps(gateway))
    ended = await policybot("try", REFUND_RULE, "--gateway", str(path))
    assert ended.code == 0, ended.err + ended.out


async def test_a_taken_port_and_a_folder_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    """The embedded servers say what is wrong with --port and --data, and end with 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for command in ("controlplane", "workspace"):
            ended = await policybot(command, "--port", port)
            assert ended.code == 2, ended.err
            assert port in ended.sentence
    (tmp_path / "file").write_text("")
    for command in ("controlplane", "workspace"):
        ended = await policybot(command, "--port", "0", "--data", str(tmp_path / "file"))
        assert ended.code == 2, ended.err
        assert str(tmp_path / "file") in ended.sentence


async def test_the_embedded_slack_does_not_start_beside_real_tokens() -> None:
    """Whoever has a real workspace's token in the environment is stopped before they mistake one for the other."""
    token = "xoxb-1234567890-abcdef"
    ended = await policybot("workspace", "--port", "0", settings={"SLACK_BOT_TOKEN": token})
    assert ended.code == 2, ended.err
    assert "--beside-real-tokens" in ended.sentence
    assert token not in ended.err


async def test_translate_reads_a_rule_or_a_batch_from_standard_input() -> None:
    """One rule gives one JSON object, a batch one line for each line, wrong ones among them included."""
    one = await policybot("translate", "--gateway", str(SAMPLE_GATEWAY), typed=REFUND_RULE)
    (asset,) = json.loads(one.out)["policyGenerationAssets"]
    assert asset["definition"]["cedar"]["statement"].startswith("permit(")
    lines = [
        {"id": "a", "gateway": str(SAMPLE_GATEWAY), "rule": REFUND_RULE},
        {"id": "b", "gateway": str(SAMPLE_GATEWAY), "rule": "be nice"},
    ]
    batch = await policybot("translate", "--batch", typed="\n".join(map(json.dumps, lines)))
    assert batch.code == 0, batch.err
    found = [json.loads(line) for line in batch.out.splitlines()]
    assert [line["id"] for line in found] == ["a", "b"]
    assert found[0]["policyGenerationAssets"][0]["definition"] == asset["definition"]


async def test_translate_without_a_gateway_says_what_to_name() -> None:
    """A missing option is a sentence that names it."""
    ended = await policybot("translate", REFUND_RULE)
    assert (ended.code, "--gateway FILE" in ended.sentence) == (2, True)


async def test_a_wrong_batch_line_does_not_end_the_batch() -> None:
    """A line that is no JSON, or names a file that is not there, gets an error of its own, and the rest go on."""
    missing = json.dumps({"id": "a", "gateway": "/no/such/gateway.json", "rule": REFUND_RULE})
    good = json.dumps({"id": "b", "gateway": str(SAMPLE_GATEWAY), "rule": REFUND_RULE})
    ended = await policybot("translate", "--batch", typed=f"{{not json\n{missing}\n{good}\n")
    broken, absent, done = [json.loads(line) for line in ended.out.splitlines()]
    assert "not JSON" in broken["error"]
    assert "/no/such/gateway.json" in absent["error"]
    assert done["policyGenerationAssets"]
    assert ended.err == ""


async def test_the_manifest_is_yaml_for_socket_mode() -> None:
    """`python -m bot manifest` prints the file that the repository ships."""
    ended = await policybot("manifest")
    assert ended.code == 0, ended.err
    assert yaml.safe_load(ended.out)["settings"]["socket_mode_enabled"] is True


async def test_no_command_prints_what_there_is() -> None:
    """Without arguments it lists its commands."""
    ended = await policybot()
    assert "translate" in ended.out + ended.err
    assert "Traceback" not in ended.err
