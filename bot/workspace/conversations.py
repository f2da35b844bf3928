"""Channels and people: finding them, who belongs where, and what the bot may see and write to."""

from __future__ import annotations

from bot.workspace.mentions import Mentions, Names
from bot.workspace.residents import Here, bot, direct_message, named_app, residents
from bot.workspace.store import Part
from bot.workspace.teams import Team
from bot.workspace.wire import CannotAct, Json, SlackError, new_id

ROLES = frozenset({"is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted"})


class Conversations:
    """The workspace's directory over its shelves."""

    def __init__(self, store: Part, here: Here, team: Team, org_teams: tuple[str, ...], app_name: str) -> None:
        self.here = here
        self.users = store.shelf("users")
        self.channels = store.shelf("channels")
        self.groups = store.shelf("usergroups")
        self._org_teams = org_teams
        # Whoever lives in a workspace that is kept stays as they are.
        shelves = (self.users, self.channels, self.groups)
        for shelf, found in zip(shelves, residents(here, team, org_teams), strict=True):
            if not shelf:
                shelf.update({resident["id"]: resident for resident in found})
        app = self.users.get(here.bot_user)
        if app is None or app["real_name"] != app_name:
            self.users[here.bot_user] = bot(here, app_name) if app is None else named_app(app, app_name)
        self.names = Names(
            user_id=lambda name: self._named(list(self.users.values()), "name", name),
            channel_id=lambda name: self._named(list(self.channels.values()), "name", name),
            group_id=lambda handle: self._named(list(self.groups.values()), "handle", handle),
            user_name=lambda user_id: self.users.get(user_id, {}).get("name"),
            channel_name=lambda channel_id: self.channels.get(channel_id, {}).get("name"),
            group_name=lambda group_id: self.groups.get(group_id, {}).get("handle"),
        )

    @staticmethod
    def _named(records: list[Json], field: str, name: str) -> str | None:
        return next((record["id"] for record in records if record[field] == name and not record.get("is_im")), None)

    @property
    def app_name(self) -> str:
        """How people see the app."""
        return str(self.users[self.here.bot_user]["real_name"])

    # -- what the bot sees -------------------------------------------------------------------------------------------

    def user(self, user_id: str) -> Json:
        """A user as `users.info` shows them, or `user_not_found`."""
        if user_id not in self.users:
            raise SlackError("user_not_found")
        return self.users[user_id]

    def shown(self, user: Json) -> Json:
        """A user as the bot is shown them: of people from elsewhere, and of deactivated ones, Slack says little.

        `is_stranger` is said only of somebody from elsewhere with whom the bot shares no channel.
        """
        outside = user["team_id"] != self.here.team_id and user["team_id"] not in self._org_teams
        if not outside and not user["deleted"]:
            return user
        shown = {key: value for key, value in user.items() if key not in ROLES}
        met = any(
            user["id"] in channel["members"] and (not channel["is_private"] or self.here.bot_user in channel["members"])
            for channel in self.channels.values()
        )
        return shown | ({"is_stranger": True} if outside and not met else {})

    def seen_by_bot(self, channel_id: str) -> Json:
        """A channel that the bot can see: public, or its own; else `channel_not_found`."""
        channel = self.channels.get(channel_id)
        if channel is None or (channel["is_private"] and self.here.bot_user not in channel["members"]):
            raise SlackError("channel_not_found")
        return channel

    def joined_by_bot(self, channel_id: str) -> Json:
        """A channel that the bot is in; `channel_not_found` or `not_in_channel` otherwise."""
        channel = self.seen_by_bot(channel_id)
        if self.here.bot_user not in channel["members"]:
            raise SlackError("not_in_channel")
        return channel

    def for_post(self, reference: str, *, public_too: bool = False) -> Json:
        """Where `chat.postMessage` goes: a channel id, a `#name`, or a user id, which opens the direct message.
        `public_too` is the scope chat:write.public, without which a public channel must be joined first."""
        if reference in self.users:
            return self.open_direct((reference,))
        channel_id = self.names.channel_id(reference.removeprefix("#")) or reference
        channel = self.seen_by_bot(channel_id)
        if self.here.bot_user not in channel["members"] and not public_too:
            raise SlackError("not_in_channel")
        return self.not_archived(channel)

    @staticmethod
    def not_archived(channel: Json) -> Json:
        """The channel, or `is_archived`."""
        if channel["is_archived"]:
            raise SlackError("is_archived")
        return channel

    def open_direct(self, user_ids: tuple[str, ...]) -> Json:
        """The bot's direct message (or group message) with these users, made when there is none."""
        for user_id in user_ids:
            if self.user(user_id)["deleted"] or user_id == self.here.bot_user:
                raise SlackError("cannot_dm_bot" if user_id == self.here.bot_user else "user_disabled")
        wanted = {*user_ids, self.here.bot_user}
        for channel in self.channels.values():
            if (channel["is_im"] or channel["is_mpim"]) and set(channel["members"]) == wanted:
                return channel
        channel = direct_message(self.here, new_id("D"), [*user_ids, self.here.bot_user])
        self.channels[channel["id"]] = channel
        return channel

    def wire(self, channel: Json) -> Json:
        """A channel as the Web API shows it: without its members, with `is_member`."""
        shown = {key: value for key, value in channel.items() if key != "members"}
        return {**shown, "is_member": self.here.bot_user in channel["members"], "num_members": len(channel["members"])}

    # -- what people see ---------------------------------------------------------------------------------------------

    def person(self, user_id: str) -> Json:
        """A person who can act: known, not deactivated, not a bot."""
        person = self.users.get(user_id)
        if person is None:
            known = ", ".join(sorted(self.users))
            raise CannotAct(f"There is no user {user_id} here. There are {known}.", code="user_not_found")
        if person["deleted"] or person["is_bot"]:
            raise CannotAct(f"{person['real_name']} cannot act: a bot, or deactivated.", code="user_disabled")
        return person

    def channel_of(self, user_id: str, reference: str) -> Json:
        """The channel with this id or name, provided that the person is in it."""
        self.person(user_id)
        channel_id = self.names.channel_id(reference.removeprefix("#")) or reference
        channel = self.channels.get(channel_id)
        if channel is None:
            known = ", ".join(sorted(self.channels))
            raise CannotAct(f"There is no channel {reference} here. There are {known}.", code="channel_not_found")
        if user_id not in channel["members"]:
            name = self.users[user_id]["name"]
            raise CannotAct(f"{name} is not in {channel['id']} ({channel['name']}).", code="not_in_channel")
        return channel

    def join(self, channel_id: str, user_id: str) -> Json:
        """The channel with `user_id` as a member."""
        channel = self.channels[channel_id]
        if user_id not in channel["members"]:
            channel = {**channel, "members": [*channel["members"], user_id]}
            self.channels[channel_id] = channel
        return channel

    def leave(self, channel_id: str, user_id: str) -> Json:
        """The channel without `user_id`."""
        channel = self.channels[channel_id]
        channel = {**channel, "members": [member for member in channel["members"] if member != user_id]}
        self.channels[channel_id] = channel
        return channel

    def leave_all(self, user_id: str) -> None:
        """Let `user_id` be in no channel any more; direct messages stay, as what was said in them does."""
        for channel in list(self.channels.values()):
            if user_id in channel["members"] and not channel["is_im"]:
                self.leave(channel["id"], user_id)

    def called(self, mentions: Mentions, channel: Json) -> dict[str, str]:
        """The people whom these mentions call in `channel`, by id, each with `mention` or `broadcast`.

        Whoever is not in the channel is not called, and a disabled user group calls nobody.
        """
        named = set(mentions.users)
        for group_id in mentions.groups:
            group = self.groups.get(group_id)
            named.update(group["users"] if group and not group["date_delete"] else ())
        all_called = named | (set(channel["members"]) if mentions.broadcasts else set())
        present = sorted(all_called.intersection(self.reachable(channel)))
        return {user_id: "mention" if user_id in named else "broadcast" for user_id in present}

    def reachable(self, channel: Json) -> list[str]:
        """The people in a channel whom something there can notify: no bots, no accounts that are switched off."""
        known = (self.users[member] for member in channel["members"] if member in self.users)
        return [user["id"] for user in known if not user["is_bot"] and not user["deleted"]]
