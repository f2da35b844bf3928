"""The tools of a channel's gateway as a modal, by name: what each takes, and why policies cannot govern some."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.blocks import ids
from bot.blocks.fields import JSON, Field, fields_of
from bot.blocks.kit import Block, context, cut, line, rich, section, turns, words
from bot.blocks.listing import ListOrigin, kept
from bot.blocks.modals import modal
from bot.cedar import GatewaySchema, Tool

TITLE = "Tools"
_PAGE = 25
_ABOUT, _INPUTS, _UNSEEN = 200, 24, 10


def tool_list(schema: GatewaySchema, origin: ListOrigin) -> Block:
    """A page of the tools that have the text of `origin` in their name or description; all of them when it is empty."""
    found = sorted(_looked_for(schema, origin.text), key=lambda each: (each.name, each.target))
    pages = max(1, -(-len(found) // _PAGE))
    number = min(max(1, origin.page), pages)
    blocks: list[Block] = [section(_heading(schema, len(found), origin.text, number, pages))]
    blocks += [_row(tool, schema) for tool in found[(number - 1) * _PAGE : number * _PAGE]]
    unseen = [each.unseen for each in schema.gateway.targets if each.unseen]
    if unseen and number == pages:
        blocks.append(context(*(cut(each, 400) for each in unseen[:_UNSEEN])))
    blocks += turns(ids.TOOLS_BACK, ids.TOOLS_ON, number, pages)
    return modal(TITLE, blocks, private_metadata=kept(replace(origin, page=number)))


def _looked_for(schema: GatewaySchema, text: str) -> Iterator[Tool]:
    wanted = text.casefold()
    for tool in schema.gateway.tools:
        if wanted in tool.action.casefold() or wanted in tool.description.casefold():
            yield tool


def _heading(schema: GatewaySchema, count: int, text: str, number: int, pages: int) -> str:
    about = f" with “{cut(text, 60)}” in their name or description" if text else ""
    if not count:
        return f"The gateway {cut(schema.gateway.name, 100)} has no tools{about}." + (
            " Type /policy tools for all of them." if text else ""
        )
    of = f", page {number} of {pages}" if pages > 1 else ""
    which = "tool" if count == 1 else "tools"
    return f"{count} {which}{about} at the gateway {cut(schema.gateway.name, 100)}{of}"


def _row(tool: Tool, schema: GatewaySchema) -> Block:
    head = line(words(tool.name, code=True), words(f"  {cut(tool.target, 80)}", italic=True))
    about = [line(words(cut(tool.description, _ABOUT)))] if tool.description.strip() else []
    if why := schema.skipped.get(tool.action):
        return rich(head, *about, line(words(f"Policies cannot govern it: {cut(why, 300)}.")))
    fields = fields_of(tool, schema)
    said = ", ".join(map(_input, fields[:_INPUTS])) or "nothing"
    more = f" and {len(fields) - _INPUTS} more" if len(fields) > _INPUTS else ""
    return rich(head, *about, line(words(f"Takes {cut(said, 1500)}{more}.")))


def _input(field: Field) -> str:
    kinds = {"Long": "whole number", "decimal": "number", "Bool": "true or false", "String": "text", JSON: "object"}
    kind = " | ".join(field.options) if 0 < len(field.options) <= 8 else kinds.get(field.kind, field.kind)
    many = f"list of {kind}" if field.many else kind
    return f"{field.label} ({many}{'' if field.required else ', optional'})"
