"""Questions as they are typed: which command, whom a mention names, and what stays a rule."""

from __future__ import annotations

import pytest

from handlers.command_text import Ask, Asked, Can, Explain, Incomplete, Rule, Unsure, Why, read_command


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("why role=x tool a=1", Why("role=x tool a=1")),
        ("WHY  <@U0MORGAN|morgan> tool a=1", Why("tool a=1", "U0MORGAN")),
        ("why <@W0MORGAN> tool", Why("tool", "W0MORGAN")),
        ("why &lt;b&gt; {&quot;a&quot;: 1}", Why("<b> {&quot;a&quot;: 1}")),
        ("why email=<mailto:sam@example.com|sam@example.com> tool", Why("email=sam@example.com tool")),
        ("why <@UNDONE", Why("<@UNDONE")),
        ("can refund tool when amount is above 5", Can("refund tool when amount is above 5")),
        ("can interns issue refunds?", Can("interns issue refunds?")),
        ("can you allow interns to issue refunds", Rule("can you allow interns to issue refunds")),
        ("can we please allow interns to issue refunds", Rule("can we please allow interns to issue refunds")),
        ("ask who can refund?", Ask("who can refund?")),
        ("ask: who can refund?", Ask("who can refund?")),
        ("ask “who can refund?”", Ask("who can refund?")),
        ("explain `cap`", Explain("cap")),
        ("explain the cap", Explain("the cap")),
        ("why", Incomplete("why role=VALUE TOOL INPUT=VALUE")),
        ("can", Incomplete("can TOOL when CONDITION")),
        ("ask", Incomplete("ask QUESTION")),
        ("explain", Incomplete("explain NAME")),
        ("explian cap", Unsure("explian cap", "explain cap")),
    ],
)
def test_what_is_asked(typed: str, asked: Asked) -> None:
    assert read_command(typed) == asked
