"""Every card, form and Home tab against the types of Block Kit that Slack publishes, as its own compiler reads them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.blocks.answers import Where, about_channel, answer_message, which_channel, which_gateway
from bot.blocks.approving import approve_form
from bot.blocks.asked import question
from bot.blocks.guide import help_message
from bot.blocks.ids import CardRef
from bot.blocks.modals import FormOrigin, all_changes, full_policy, reject_form
from bot.blocks.proposing import ProposeOrigin, offer_form, propose_form, read_so_far, with_reading
from bot.blocks.revising import edit_cedar_form, edit_rule_form
from bot.blocks.using import bound_message
from bot.review.messages import SlackMessage
from bot.review.reading import Place
from bot.review.reported import Piece
from bot.review.routes import Route
from bot.review.using import Everywhere
from bot.workspace import WorkspaceConfig, serve
from bot.workspace.blockkit.blocks import BLOCKS
from bot.workspace.blockkit.elements import ELEMENTS
from bot.workspace.blockkit.rich_text import PARTS, SECTIONS
from bot.workspace.people import Person
from bot.workspace.team import REQUESTER
from tests.unit.blocks.golden import DRAFT, PROPOSAL
from tests.unit.blocks.golden import messages as cards

NODE = Path(__file__).parent / "workspace_node"
TSC = NODE / "node_modules" / ".bin" / "tsc"
ORIGIN = FormOrigin(CardRef(DRAFT.id, 1), "C1")
DESK = Route("e-1", "gateway/desk")
OTHER = Route("e-2", "gateway/other")

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(
        not TSC.exists(), reason="Slack's types are not installed: run `npm ci` in tests/contract/workspace_node"
    ),
]


def messages() -> Iterator[list[dict[str, Any]]]:
    """The blocks of what is posted, or answered in private."""
    for card in cards():
        yield _blocks(card)
        if card.plain:
            yield [dict(block) for block in card.plain]
    yield _blocks(question(PROPOSAL, "I find no rule in it."))
    yield _blocks(help_message())
    yield _blocks(offer_form("Write one.", "C1:::", ("C1", "C2")))
    yield _blocks(which_channel(Where("", "D1", "1.2")))
    yield _blocks(answer_message(all_changes(DRAFT), Where("C1", "D1", "1.2", "k1"), "C1", "desk"))
    yield _blocks(which_gateway(Where("C1", "D1", "1.2"), (DESK, OTHER)))
    yield _blocks(about_channel(SlackMessage("Kept."), "C1"))
    yield _blocks(bound_message(Everywhere((("C1", DESK), ("C2", None)), OTHER)))


def views() -> Iterator[dict[str, Any]]:
    """Forms, and what is shown in modals."""
    form = propose_form(
        ProposeOrigin(),
        Place("desk", ("refund", "lookup"), DESK, (DESK, OTHER)),
        rule="allow refunds",
    )
    yield form
    placed = [{**block, "block_id": block.get("block_id", str(place))} for place, block in enumerate(form["blocks"])]
    yield with_reading({**form, "blocks": placed}, read_so_far([Piece("a", "A may.", True), Piece("b", "Why.", False)]))
    yield approve_form(ORIGIN, DRAFT, PROPOSAL, (DRAFT,))
    yield reject_form(ORIGIN)
    yield edit_rule_form(ORIGIN, DRAFT, PROPOSAL.rule)
    yield edit_cedar_form(ORIGIN, DRAFT)
    yield all_changes(DRAFT)
    yield full_policy(DRAFT)


def _blocks(found: Any) -> list[dict[str, Any]]:
    return [dict(block) for block in found.blocks]


def _compiled(folder: Path, text: str) -> str:
    """What the compiler has against a module; empty when it takes it."""
    (folder / "node_modules").symlink_to(NODE / "node_modules")
    (folder / "blocks.ts").write_text(text, encoding="utf-8")
    options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext"]
    done = subprocess.run([TSC, *options, "blocks.ts"], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _module(kind: str, values: list[Any]) -> str:
    # One constant each: an array of all of them would make the compiler look for a type that fits every one.
    lines = ['import type { KnownBlock, ModalView } from "@slack/types";']
    lines += [f"export const v{number}: {kind} = {json.dumps(value)};" for number, value in enumerate(values)]
    return "\n".join(lines)


def test_what_is_posted_is_of_slacks_types(tmp_path: Path) -> None:
    assert _compiled(tmp_path, _module("KnownBlock[]", list(messages()))) == ""


def test_what_is_opened_is_of_slacks_types(tmp_path: Path) -> None:
    assert _compiled(tmp_path, _module("ModalView", list(views()))) == ""


async def test_a_file_that_somebody_gave_is_of_bolts_type(tmp_path: Path) -> None:
    async with serve(WorkspaceConfig()) as served:
        file = await Person(served.client, REQUESTER).uploads("notes.txt", b"hello")
    imported = 'import type { UploadedFile } from "@slack/bolt";\nexport const file: UploadedFile = '
    assert _compiled(tmp_path, imported + json.dumps(file)) == ""


def test_every_type_that_slack_publishes_is_known_to_the_embedded_workspace() -> None:
    """Blocks, elements, cells and parts of rich text; the page draws what the workspace knows."""
    folder = NODE / "node_modules" / "@slack" / "types" / "dist" / "block-kit"
    published = {kind for file in folder.glob("*.d.ts") for kind in re.findall(r"\btype: '(\w+)'", file.read_text())}
    assert len(published) > 50
    assert published - {*BLOCKS, *ELEMENTS, *PARTS, *SECTIONS} == {"raw_text", "raw_number"}  # cells of tables


def test_a_wrong_block_is_noticed(tmp_path: Path) -> None:
    """The compiler is able to say no."""
    assert "PlainTextElement" in _compiled(tmp_path, _module("KnownBlock[]", [[{"type": "header", "text": "plain"}]]))
