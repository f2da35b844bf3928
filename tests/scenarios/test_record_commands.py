"""`policybot audit` and `policybot governance`, run from a shell beside a database that a bot wrote."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.review.clock import SystemClock
from bot.review.record import Entry
from bot.storage.store import SqlStore, open_store
from tests.support.process import policybot

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = await open_store(f"sqlite:///{tmp_path / 'policybot.db'}", SystemClock())
    for number in range(3):
        await opened.note(Entry("refused", actor="U1", data={"number": number, "reason": "“no”"}))
    yield opened
    await opened.close()


def settings(folder: Path) -> dict[str, str]:
    return {"POLICYBOT_DATABASE_URL": f"sqlite:///{folder / 'policybot.db'}"}


async def test_the_record_is_given_out_as_json_lines(store: SqlStore, tmp_path: Path) -> None:
    """All of it, or from an instant on, while the bot has the database open."""
    ended = await policybot("audit", "export", settings=settings(tmp_path))
    assert ended.code == 0, ended.err
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert [row["seq"] for row in rows] == [1, 2, 3]
    assert rows[1]["data"] == {"number": 1, "reason": "“no”"}
    later = await policybot("audit", "export", "--since", "2999-01-01T00:00Z", settings=settings(tmp_path))
    assert (later.code, later.out) == (0, "")


async def test_a_record_that_somebody_changed_is_found(store: SqlStore, tmp_path: Path) -> None:
    """Exit 1 and a sentence for each row; the untouched one ends with 0 and says its last hash."""
    whole = await policybot("audit", "verify", settings=settings(tmp_path))
    assert whole.code == 0, whole.err
    assert "3 rows, the chain holds" in whole.out
    async with store.database.write() as connection:
        await connection.execute(sa.text("DELETE FROM audit WHERE seq = 2"))
    broken = await policybot("audit", "verify", settings=settings(tmp_path))
    assert broken.code == 1
    assert "row 2 is missing" in broken.err


async def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    """No database, and a --since that is no instant: exit 2 and what to write instead."""
    missing = await policybot("audit", "verify", settings=settings(tmp_path))
    assert missing.code == 2, missing.err
    assert "POLICYBOT_DATABASE_URL" in missing.sentence
    assert not (tmp_path / "policybot.db").exists()
    await (await open_store(settings(tmp_path)["POLICYBOT_DATABASE_URL"], SystemClock())).close()
    wrong = await policybot("audit", "export", "--since", "yesterday", settings=settings(tmp_path))
    assert wrong.code == 2, wrong.err
    assert "'yesterday'" in wrong.sentence


async def test_a_governance_file_is_checked_before_anybody_depends_on_it(tmp_path: Path) -> None:
    """0 when there is nothing to say, 1 when nobody could decide, 2 with file and line when it cannot be used."""
    file = tmp_path / "governance.cedar"
    file.write_text('permit(principal, action == Action::"propose", resource);')
    ended = await policybot("governance", "check", str(file))
    assert ended.code == 1, ended.err
    assert "can ever approve" in ended.out or "nobody" in ended.out.lower()
    file.write_text("permit(principal, action, resource)\n  when { principal.hat };\n")
    bad = await policybot("governance", "check", str(file))
    assert bad.code == 2
    assert f"{file}:" in bad.err
    absent = await policybot("governance", "check", str(tmp_path / "none.cedar"))
    assert absent.code == 2
    assert "none.cedar" in absent.err


@pytest.mark.parametrize("text", ["", "permit(", 'permit(principal, action == Action::"fly", resource);'])
async def test_the_bot_does_not_start_with_a_governance_text_that_it_cannot_use(tmp_path: Path, text: str) -> None:
    """File, line and Cedar's own words, before anything is opened."""
    file = tmp_path / "governance.cedar"
    file.write_text(text)
    ended = await policybot(
        "serve",
        settings=settings(tmp_path)
        | {
            "POLICYBOT_GOVERNANCE": str(file),
            "POLICYBOT_POLICY_ENGINE_ID": "desk-a1b2c3d4e5",
            "POLICYBOT_GATEWAY_ARN": "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/desk-gateway-a1b2c3d4e5",
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_APP_TOKEN": "xapp-1",
            "SLACK_API_URL": "http://127.0.0.1:1/api/",
        },
    )
    assert ended.code == 2, ended.err
    assert "governance.cedar" in ended.err
    assert "Traceback" not in ended.err
