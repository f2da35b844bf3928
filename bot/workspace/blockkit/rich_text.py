"""rich_text as a table: sections, lists, quotes and preformatted text, and the parts they are made of."""

from __future__ import annotations

from bot.workspace.blockkit.rules import Rule, Shape, anything, array, flag, number, one_of, string, typed

_STYLE = Shape(
    dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), flag)
)


def _part(required: tuple[str, ...], **fields: Rule) -> Shape:
    return Shape({"type": anything, "style": _STYLE, **fields}, required)


PARTS: dict[str, Rule] = {
    "text": _part(("text",), text=string(0, 1)),
    "link": _part(("url",), url=string(3000, 1), text=string(), unsafe=flag),
    "emoji": _part(("name",), name=string(0, 1), unicode=string(), skin_tone=number(1, 6), url=string()),
    "user": _part(("user_id",), user_id=string(0, 1)),
    "usergroup": _part(("usergroup_id",), usergroup_id=string(0, 1)),
    "channel": _part(("channel_id",), channel_id=string(0, 1)),
    "team": _part(("team_id",), team_id=string(0, 1)),
    "broadcast": _part(("range",), range=one_of("here", "channel", "everyone")),
    "date": _part(("timestamp",), timestamp=number(0), format=string(), fallback=string(), url=string()),
    "color": _part(("value",), value=string(0, 1)),
}
_RUN = array(typed(PARTS))
_BORDER = number(0, 1)
_SECTION = Shape({"type": anything, "elements": _RUN}, ("elements",))
_QUOTE = Shape({"type": anything, "elements": _RUN, "border": _BORDER}, ("elements",))
_PREFORMATTED = Shape(
    {
        "type": anything,
        "elements": array(typed(PARTS, "text", "link", "user", "channel", "emoji")),
        "border": _BORDER,
        "language": string(),
    },
    ("elements",),
)
_LIST = Shape(
    {
        "type": anything,
        "elements": array(typed({"rich_text_section": _SECTION})),
        "style": one_of("bullet", "ordered"),
        "indent": number(0, 8),
        "offset": number(0),
        "border": _BORDER,
    },
    ("elements", "style"),
)
SECTIONS: dict[str, Rule] = {
    "rich_text_section": _SECTION,
    "rich_text_quote": _QUOTE,
    "rich_text_preformatted": _PREFORMATTED,
    "rich_text_list": _LIST,
}
RICH_TEXT = Shape(
    {"type": anything, "block_id": string(255), "elements": array(typed(SECTIONS), 1)},
    ("elements",),
)
