"""What people do: type, click, choose, use shortcuts, open the Home tab, invite. Forms are in `submitting`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.workspace import files, forms, payloads
from bot.workspace.delivery.dispatch import Answer, Envelope
from bot.workspace.mentions import typed
from bot.workspace.tickets import refusal_of
from bot.workspace.wire import CannotAct, Json
from bot.workspace.workspace import Workspace

SLACKBOT = "USLACKBOT"


def outcome(answer: Answer, **more: Any) -> Json:
    """What an act that the bot has to acknowledge gives back."""
    return {"acknowledged": answer.acknowledged, "error": answer.error, "ack": answer.payload, **more}


class Acts:
    """Acts of people, by user id. What a person could not do raises CannotAct; nothing is delivered then."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._choices: dict[tuple[str, str], Json] = {}

    # -- typing ------------------------------------------------------------------------------------------------------

    async def types(self, user: str, text: str, channel: str, thread_ts: str | None = None) -> Json:
        """Type into a channel's or a thread's box: a slash command when it starts with one, else a message."""
        if text.startswith("/"):
            return await self._command(user, text, channel, thread_ts)
        return self._message(user, text, channel, thread_ts)

    async def _command(self, user: str, text: str, channel_ref: str, thread_ts: str | None) -> Json:
        name, _, rest = text.partition(" ")
        workspace = self._workspace
        person = workspace.conversations.person(user)
        channel = workspace.conversations.channel_of(user, channel_ref)
        known = workspace.config.commands
        if workspace.grant is None or (known is not None and name not in known):
            raise CannotAct(f"{name} is not a valid command.", code="no_such_command")
        if thread_ts is not None:
            raise CannotAct(f"{name} is not supported in threads. Sorry!", code="command_in_thread")
        rest = rest.strip()
        if name not in workspace.config.unescaped:
            rest = typed(rest, workspace.conversations.names)
        trigger_id = workspace.triggers.issue(user)
        path = workspace.response_urls.issue("commands", user, channel["id"])
        payload = workspace.payloads.command(person, channel, name, rest, trigger_id, workspace.url + path)
        answer = await workspace.once(Envelope("slash_commands", payload, accepts_response_payload=True))
        if not answer.acknowledged:
            self._notice(user, channel["id"], f'{name} failed with the error "{answer.error}"')
        elif answer.payload.get("text") or answer.payload.get("blocks"):
            error = refusal_of(workspace.response_urls.answer, path.rpartition("/")[2], answer.payload)
            if error:
                self._notice(user, channel["id"], f'{name} failed with the error "{error}"')
        return outcome(answer, trigger_id=trigger_id)

    def _notice(self, user: str, channel_id: str, sentence: str) -> None:
        """Something that Slack itself tells one person."""
        self._workspace.messages.whisper(user, channel_id, {"text": sentence}, author=SLACKBOT)

    def _message(self, user: str, text: str, channel_ref: str, thread_ts: str | None) -> Json:
        workspace = self._workspace
        channel = workspace.conversations.channel_of(user, channel_ref)
        if channel["is_archived"]:
            raise CannotAct(f"#{channel['name']} is archived.", code="is_archived")
        if not text.strip():
            raise CannotAct("An empty message cannot be sent.", code="no_text")
        content = {"text": typed(text, workspace.conversations.names, labels=False)}
        record = workspace.messages.post(channel, user, content, thread_ts)
        workspace.telling.posted(record)
        return {"channel": channel["id"], "ts": record["ts"]}

    # -- clicking ----------------------------------------------------------------------------------------------------

    async def clicks(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        value: Any = None,
        block_id: str | None = None,
        was: str | None = None,
    ) -> Json:
        """Click a button of a message, or choose `value` (an option's value, an id, a text) in one of its elements.

        `was` is the button's value when it was drawn: where its block has been replaced since, the button with that
        value is the one that was pressed.
        """
        workspace = self._workspace
        person = workspace.conversations.person(user)
        place = workspace.conversations.channel_of(user, channel)
        message, ephemeral = self._seen(user, place["id"], ts)
        blocks = message.get("blocks", [])
        block, element = _found(blocks, action_id, block_id, f"the message {ts}", was)
        chosen = _choice(element, value, files.of_person(workspace, user))
        state = self._chosen_in_message(user, f"{place['id']}/{ts}", blocks, block, element, chosen)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return outcome(Answer(), state=state)
        action = payloads.action(block, element, chosen, workspace.stamps.new())
        original = {"ts": ts, "ephemeral": ephemeral}
        path = workspace.response_urls.issue("actions", user, place["id"], original)
        trigger_id = workspace.triggers.issue(user)
        url = workspace.url + path
        payload = workspace.payloads.message_click(person, place, message, [action], state, trigger_id, url)
        answer = await workspace.once(Envelope("interactive", payload))
        if not answer.acknowledged:
            self._notice(user, place["id"], f'{workspace.conversations.app_name} did not respond: "{answer.error}"')
        return outcome(answer, trigger_id=trigger_id, confirm=element.get("confirm"))

    def _seen(self, user: str, channel_id: str, ts: str) -> tuple[Json, bool]:
        whisper = self._workspace.messages.ephemeral(channel_id, ts)
        if whisper is not None and whisper["to"] == user:
            return whisper["message"], True
        record = self._workspace.messages.records.get(f"{channel_id}/{ts}")
        if record is None:
            raise CannotAct(f"There is no message {ts} in {channel_id} that {user} sees.", code="message_not_found")
        return self._workspace.messages.wire(record), False

    def _chosen_in_message(
        self, user: str, key: str, blocks: list[Json], block: Json, element: Json, chosen: Json
    ) -> Json:
        """The values of all inputs of a message, with this choice; remembered for the person's next click there."""
        values = forms.initial_values(blocks, self._choices.get((user, key), {}))
        if element["type"] in forms.STATEFUL:
            values[block["block_id"]][element["action_id"]] = {"type": element["type"], **chosen}
        self._choices[user, key] = values
        return values

    async def clicks_in_view(
        self, user: str, view_id: str, action_id: str, value: Any = None, block_id: str | None = None
    ) -> Json:
        """Click or choose in a modal or in the Home tab."""
        workspace = self._workspace
        person = workspace.conversations.person(user)
        view = self.view_of(user, view_id)
        block, element = _found(view["blocks"], action_id, block_id, f"the view {view_id}")
        chosen = _choice(element, value, files.of_person(workspace, user))
        if element["type"] in forms.STATEFUL:
            values = {name: dict(inputs) for name, inputs in view["state"]["values"].items()}
            values[block["block_id"]][element["action_id"]] = {"type": element["type"], **chosen}
            view = workspace.views.typed(user, view, values)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return outcome(Answer(), view=view)
        action = payloads.action(block, element, chosen, workspace.stamps.new())
        trigger_id = workspace.triggers.issue(user, view_id)
        payload = workspace.payloads.view_click(person, view, [action], trigger_id)
        answer = await workspace.once(Envelope("interactive", payload))
        return outcome(answer, trigger_id=trigger_id)

    def view_of(self, user: str, view_id: str) -> Json:
        """A view that this person sees: in the stack of modals, or the Home tab."""
        home = self._workspace.views.home(user)
        for view in (*self._workspace.views.stack(user), *([home] if home else [])):
            if view["id"] == view_id:
                return view
        raise CannotAct(f"{user} does not see a view {view_id}.", code="view_not_found")

    async def suggests(self, user: str, view_id: str, action_id: str, query: str) -> list[Json]:
        """Type into an external select of a view, and get the options that the bot offers."""
        view = self.view_of(user, view_id)
        found = _found(view["blocks"], action_id, None, f"the view {view_id}")
        where = {"container": {"type": "view", "view_id": view_id}, "view": view}
        return await self._suggested(user, found, query, where)

    async def suggests_in_message(self, user: str, channel: str, ts: str, action_id: str, query: str) -> list[Json]:
        """Type into an external select of a message, and get the options that the bot offers."""
        place = self._workspace.conversations.channel_of(user, channel)
        message, _ = self._seen(user, place["id"], ts)
        found = _found(message.get("blocks", []), action_id, None, f"the message {ts}")
        return await self._suggested(user, found, query, payloads.in_message(place, message))

    async def _suggested(self, user: str, found: tuple[Json, Json], query: str, where: Json) -> list[Json]:
        person = self._workspace.conversations.person(user)
        payload = self._workspace.payloads.suggestion(person, *found, query, where)
        envelope = Envelope("interactive", payload, accepts_response_payload=True)
        return forms.options((await self._workspace.once(envelope)).payload)

    # -- shortcuts, home, membership ---------------------------------------------------------------------------------

    async def uses_message_shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Json:
        """Use a shortcut of the bot on a message."""
        workspace = self._workspace
        person = workspace.conversations.person(user)
        place = workspace.conversations.channel_of(user, channel)
        message, ephemeral = self._seen(user, place["id"], ts)
        if ephemeral:
            raise CannotAct("A message that only one person sees has no shortcuts.", code="message_not_found")
        trigger_id = workspace.triggers.issue(user)
        path = workspace.response_urls.issue("actions", user, place["id"])
        at, url = workspace.stamps.new(), workspace.url + path
        payload = workspace.payloads.message_shortcut(person, place, message, callback_id, trigger_id, url, at)
        answer = await workspace.once(Envelope("interactive", payload))
        if not answer.acknowledged:
            self._notice(user, place["id"], f'{workspace.conversations.app_name} did not respond: "{answer.error}"')
        return outcome(answer, trigger_id=trigger_id)

    async def uses_shortcut(self, user: str, callback_id: str) -> Json:
        """Use a global shortcut of the bot."""
        person = self._workspace.conversations.person(user)
        trigger_id, at = self._workspace.triggers.issue(user), self._workspace.stamps.new()
        payload = self._workspace.payloads.global_shortcut(person, callback_id, trigger_id, at)
        answer = await self._workspace.once(Envelope("interactive", payload))
        return outcome(answer, trigger_id=trigger_id)

    async def opens_home(self, user: str) -> Json:
        """Open the bot's Home tab: the bot is told, and what is published now is shown."""
        self._workspace.conversations.person(user)
        channel = self._workspace.conversations.open_direct((user,))
        home = self._workspace.views.home(user)
        body = {"type": "app_home_opened", "user": user, "channel": channel["id"], "tab": "home"}
        self._workspace.event("app_home_opened", body | ({"view": home} if home else {}))
        return {"channel": channel["id"], "view": home}

    async def opens_direct(self, user: str) -> Json:
        """Open the direct message with the bot."""
        self._workspace.conversations.person(user)
        return {"channel": self._workspace.conversations.open_direct((user,))["id"]}

    async def invites(self, user: str, channel: str, who: str = "") -> Json:
        """Bring someone, by default the bot, into a channel that the person is in."""
        who = who or self._workspace.here.bot_user
        place = self._workspace.conversations.channel_of(user, channel)
        if who not in self._workspace.conversations.users:
            raise CannotAct(f"There is no user {who} here.", code="user_not_found")
        if self._workspace.conversations.users[who]["team_id"] not in place["shared_team_ids"]:
            raise CannotAct(f"#{place['name']} is not shared with the team of {who}.", code="not_shared")
        if place["is_im"]:
            raise CannotAct("Nobody can be added to a direct message.", code="is_direct_message")
        return {"members": self._workspace.telling.joins(place["id"], who, inviter=user)["members"]}

    async def removes(self, user: str, channel: str, who: str = "") -> Json:
        """Take someone, by default the bot, out of a channel."""
        who = who or self._workspace.here.bot_user
        place = self._workspace.conversations.channel_of(user, channel)
        return {"members": self._workspace.telling.leaves(place["id"], who)["members"]}


def _found(
    blocks: list[Json], action_id: str, block_id: str | None, where: str, was: str | None = None
) -> tuple[Json, Json]:
    found = forms.find(blocks, action_id, block_id)
    replaced = found is None and block_id and all(block["block_id"] != block_id for block in blocks)
    if replaced and was is not None and (same := forms.find(blocks, action_id)) and same[1].get("value") == was:
        return same
    if replaced:
        raise CannotAct("That has changed meanwhile, and nothing was sent. Look at it again.", code="message_changed")
    if found is None:
        offered = ", ".join(element["action_id"] for _, element in forms.elements(blocks)) or "nothing"
        raise CannotAct(f"There is no {action_id!r} in {where}. It offers {offered}.", code="no_such_action")
    return found


def _choice(element: Json, value: Any, own: Mapping[str, Json]) -> Json:
    """What the action's entry says beside its ids: the chosen value. `own` are the person's files."""
    if element["type"] in forms.STATEFUL:
        state = forms.state_of(element, value, own)
        return {key: kept for key, kept in state.items() if key != "type"}
    if element["type"] == "overflow":
        option = next((option for option in element["options"] if option["value"] == value), None)
        if option is None:
            raise CannotAct(f"The menu does not offer {value!r}.", code="no_such_option")
        return {"selected_option": option}
    if element["type"] == "feedback_buttons":
        offered = [element["positive_button"], element["negative_button"]]
        pressed = next((button for button in offered if button["value"] == value), None)
        if pressed is None:
            raise CannotAct(f"The feedback buttons do not offer {value!r}.", code="no_such_option")
        return {"text": pressed["text"], "value": pressed["value"]}
    return {}
