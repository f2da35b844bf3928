"""Forms: filling, submitting and closing modals, and doing what the bot's answer to a submission asks for."""

from __future__ import annotations

from typing import Any

from bot.workspace import blockkit, files, forms
from bot.workspace.acts import Acts, outcome
from bot.workspace.delivery.dispatch import Answer, Envelope
from bot.workspace.wire import CannotAct, Json, SlackError
from bot.workspace.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


class Submitting:
    """Acts on modals, by user id."""

    def __init__(self, workspace: Workspace, acts: Acts) -> None:
        self._workspace = workspace
        self._acts = acts
        self.complaints: dict[str, Json] = {}

    async def fills(self, user: str, view_id: str, values: Json) -> Json:
        """Put values into a modal without submitting it. `values`: by action id, by block id, or nested."""
        view = self._modal(user, view_id)
        state = {block_id: dict(inputs) for block_id, inputs in view["state"]["values"].items()}
        own = files.of_person(self._workspace, user)
        for name, value in values.items():
            for block, element, inner in _targets(view["blocks"], name, value):
                state[block["block_id"]][element["action_id"]] = forms.state_of(element, inner, own)
        return self._workspace.views.typed(user, view, state)

    async def submits(self, user: str, view_id: str, values: Json | None = None) -> Json:
        """Submit a modal. What Slack's own client would not send comes back as `errors`, and nothing is delivered."""
        view = await self.fills(user, view_id, values or {})
        self.complaints.pop(view_id, None)
        missing = forms.complaints(view["blocks"], view["state"]["values"])
        if missing:
            self.complaints[view_id] = missing
            return self._result(user, Answer(error="incomplete"), view_id)
        person = self._workspace.conversations.person(user)
        payload = self._workspace.payloads.submission(
            person, view, self._workspace.triggers.issue(user, view_id), self._response_urls(user, view)
        )
        envelope = Envelope("interactive", payload, accepts_response_payload=True)
        answer = await self._workspace.once(envelope)
        if answer.acknowledged:
            self._follow(user, view, answer.payload)
        else:
            self.complaints[view_id] = {"": TROUBLE}
        return self._result(user, answer, view_id)

    def _response_urls(self, user: str, view: Json) -> list[Json]:
        """A response URL for each channel that was chosen where the app asked for one."""
        found = []
        for block, element in forms.elements(view["blocks"]):
            if not element.get("response_url_enabled"):
                continue
            state = view["state"]["values"][block["block_id"]][element["action_id"]]
            channel_id = state.get("selected_conversation") or state.get("selected_channel")
            if channel_id in self._workspace.conversations.channels:
                path = self._workspace.response_urls.issue("views", user, channel_id)
                ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
                found.append({**ids, "channel_id": channel_id, "response_url": self._workspace.url + path})
        return found

    def _result(self, user: str, answer: Answer, view_id: str) -> Json:
        stack = self._workspace.views.stack(user)
        closed = all(view["id"] != view_id for view in stack)
        errors = self.complaints.get(view_id, {})
        return outcome(answer, errors=errors, closed=closed, view=stack[-1] if stack else None)

    def _follow(self, user: str, view: Json, ack: Json) -> None:
        """Do what the acknowledgement of a submission says; one that Slack would not take leaves the form open."""
        views = self._workspace.views
        action = ack.get("response_action")
        try:
            if action == "errors":
                self._show_errors(view, ack.get("errors"))
            elif action == "update":
                views.update(user, view, self._checked(ack))
            elif action == "push":
                views.push(user, self._checked(ack))
            elif action == "clear":
                views.clear(user)
            elif action is None:
                views.close(user, view["id"])
            else:
                raise SlackError("invalid_arguments", (f"unknown response_action: {action}",))
        except SlackError as error:
            self.complaints[view["id"]] = {"": TROUBLE, "error": error.error, "messages": list(error.messages)}

    def _checked(self, ack: Json) -> Json:
        view = ack.get("view")
        if not isinstance(view, dict):
            raise SlackError("invalid_arguments", ("missing required field: view",))
        blockkit.check_view(view, "modal", self._workspace.refused_blocks)
        files.check_asked_for(self._workspace, view)
        return view

    def _show_errors(self, view: Json, errors: object) -> None:
        inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
            raise SlackError("invalid_arguments", (f"errors must name input blocks: {', '.join(sorted(inputs))}",))
        self.complaints[view["id"]] = dict(errors)

    async def closes(self, user: str, view_id: str, everything: bool = False) -> Json:
        """Close a modal, or all of them; the bot is told where `notify_on_close` asks for it."""
        view = self._modal(user, view_id)
        stack = self._workspace.views.stack(user)
        whole = everything or bool(view["clear_on_close"])
        gone = stack if whole else [view]
        if whole:
            self._workspace.views.clear(user)
        else:
            self._workspace.views.close(user, view_id)
        person = self._workspace.conversations.person(user)
        answer = Answer()
        for closed in gone:
            if closed["notify_on_close"]:
                payload = self._workspace.payloads.closing(person, closed, cleared=whole)
                answer = await self._workspace.once(Envelope("interactive", payload))
        return self._result(user, answer, view_id)

    def _modal(self, user: str, view_id: str) -> Json:
        stack = self._workspace.views.stack(user)
        view = self._acts.view_of(user, view_id)
        if stack and view["type"] == "modal" and stack[-1]["id"] != view_id:
            raise CannotAct(f"Another modal lies over {view_id}: {stack[-1]['id']}.", code="view_covered")
        return view


def _targets(blocks: list[Json], name: str, value: Any) -> list[tuple[Json, Json, Any]]:
    """The elements that `name` means, with the value for each."""
    inputs = [(block, element) for block, element in forms.elements(blocks) if element["type"] in forms.STATEFUL]
    within = [(block, element) for block, element in inputs if block["block_id"] == name]
    if within and isinstance(value, dict) and set(value) <= {element["action_id"] for _, element in within}:
        return [
            (block, element, value[element["action_id"]]) for block, element in within if element["action_id"] in value
        ]
    for block, element in inputs:
        if element["action_id"] == name:
            return [(block, element, value)]
    if len(within) == 1:
        return [(*within[0], value)]
    offered = ", ".join(f"{block['block_id']}/{element['action_id']}" for block, element in inputs) or "nothing"
    raise CannotAct(f"The form has no input {name!r}. It has {offered}.", code="no_such_input")
