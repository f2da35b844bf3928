"""Words and phrases that carry no meaning of their own."""

from __future__ import annotations

from typing import Final

# What opens a wish or a rule, and is passed over where the rules of a message are told apart.
OPENINGS: Final = (
    "we want", "we need", "we would like", "i want", "i need", "i would like", "let us", "see that", "remember", "ever",
    "besides that", "all right", "it must be ensured that", "add a rule", "write a rule that", "write a policy that",
    "set a rule that",
)  # fmt: skip
# Emoji at the ends of a rule say nothing, but for these, which say yes or no: then the rule must say it too.
EMOJI_YES: Final = frozenset("✅✔☑👍🆗🟢🔓👌🙆") | {
    ":white_check_mark:", ":heavy_check_mark:", ":thumbsup:", ":unlock:", ":ok_hand:",
}  # fmt: skip
EMOJI_NO: Final = frozenset("❌🚫⛔👎✖❎🛑🙅🔒🚷📵🔴⏸⏹") | {
    ":no_entry:", ":no_entry_sign:", ":thumbsdown:", ":lock:", ":octagonal_sign:", ":no_good:",
}  # fmt: skip
# Words that mean nothing inside a phrase of their own kind.
ARTICLES: Final = frozenset(
    {"the", "a", "an", "any", "our", "its", "this", "that", "these", "those", "all", "every", "each", }
)  # fmt: skip
OBJECT_FILLERS: Final = frozenset(
    {"whatsoever", "ever", "then", "just", "directly", "themselves", "new", "via", "through"}
)
