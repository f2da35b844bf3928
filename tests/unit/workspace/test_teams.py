"""Teams from a file: what is in it is in the workspace, and what cannot be is one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.errors import BadInput
from bot.workspace import default_teams, read_teams, team
from bot.workspace.people import Person

SHORT = """
teams:
  - id: T0MINE
    name: Mine
    people:
      - {name: ann, is_admin: true, email: Ann@mine.example}
      - {name: bob, is_restricted: true}
    channels:
      - {name: general, members: [ann, bob, app]}
      - {name: lunch.plans, members: [ann], is_private: true}
      - {direct: true, members: [ann, bob]}
    usergroups:
      - {handle: cooks, users: [ann]}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "team.yml"
    path.write_text(text)
    return path


def test_the_ids_of_the_default_team_are_in_its_file() -> None:
    """The names that programs use for its people and channels are those of the file, and of nothing else."""
    (only,) = default_teams().teams
    known = {
        *(only.id, default_teams().app.id),
        *(person.user_id for person in only.people),
        *(person.team_id for person in only.people),
        *(channel.channel_id for channel in only.channels),
        *(group.group_id for group in only.usergroups),
        *(group.handle for group in only.usergroups),
        *("B0EMBEDDED", "U0EMBEDDED"),
    }
    assert {value for name, value in vars(team).items() if name.isupper()} <= known


async def test_a_team_of_ones_own_needs_names_only(tmp_path: Path, open_bench: Any) -> None:
    bench = await open_bench(teams=read_teams(written(tmp_path, SHORT)), app_name="Lunch Bot")
    me = await bench.call("auth.test")
    assert (me["team_id"], me["team"], me["user"]) == ("T0MINE", "Mine", "lunch-bot")
    everyone = await bench.act("reads_team")
    assert [channel["id"] for channel in everyone["channels"]] == ["C0GENERAL", "C0LUNCHPLANS", "D0ANNBOB"]
    assert [group["users"] for group in everyone["usergroups"]] == [["U0ANN"]]
    assert (await bench.call("users.lookupByEmail", email="ann@mine.example"))["user"]["is_admin"]
    assert (await bench.call("chat.postMessage", channel="C0GENERAL", text="hi"))["ok"]
    assert (await bench.call("chat.postMessage", channel="C0LUNCHPLANS", text="hi"))["error"] == "channel_not_found"
    said = await Person(bench.served.client, "U0ANN").types("hello", "D0ANNBOB")
    assert [each["user"] for each in await Person(bench.served.client, "U0BOB").reads(said["channel"])] == ["U0ANN"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("id: T0MINE", "id: mine"), "teams.0.id: String should match pattern"),
        (("users: [ann]", "users: [zoe]"), "teams.0: user group cooks names zoe, whom the team does not have"),
        (("members: [ann, bob, app]", "members: [ann, zoe]"), "channel general names zoe"),
        (("{name: bob,", "{name: ann,"), "U0ANN is there twice"),
        (("{name: bob,", "{name: app,"), "nobody can be called app"),
        (("{name: general,", "{"), "a channel has a name"),
        (("is_restricted", "is_guest"), "teams.0.people.1.is_guest: Extra inputs are not permitted"),
        ((SHORT, "teams: []"), "teams: Tuple should have at least 1 item"),
        ((SHORT, "- a\n- b"), "the file: Input should be a valid dictionary"),
        ((SHORT, "a: [b"), "is neither YAML nor JSON"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_teams(written(tmp_path, SHORT.replace(*change)))
    assert said in refused.value.sentence


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read: No such file"):
        read_teams(tmp_path / "none.yml")


async def test_a_workspace_that_is_kept_keeps_its_people_its_app_and_where_that_is(
    tmp_path: Path, open_bench: Any
) -> None:
    """A store from before apps had other ids: who the bot is stands in it."""
    first = await open_bench(data_dir=tmp_path)
    bot = first.served.workspace.conversations.users[team.BOT_USER]
    users = first.served.workspace.store.shelf("users")
    del users[team.BOT_USER]
    users["U0OTHER"] = {**bot, "id": "U0OTHER", "profile": {**bot["profile"], "bot_id": "B0OTHER"}}
    token = first.served.bot_token
    first.served.workspace.store.close()
    again = await open_bench(data_dir=tmp_path)
    me = await again.call("auth.test")
    assert (me["user_id"], me["bot_id"], again.served.bot_token) == ("U0OTHER", "B0OTHER", token)
    await again.act("uninstalls")
    again.served.workspace.store.close()
    gone = await open_bench(data_dir=tmp_path)
    assert gone.served.bot_token == ""
