"""Words and phrases that carry no meaning of their own."""

from __future__ import annotations

from typing import Final

FILLERS: Final = (
    "please", "kindly", "pls", "hi", "hello", "hey", "hi all", "hi team", "hello team", "hey team", "hi there",
    "thanks",
    "thank you", "thx", "cheers", "many thanks", "thanks a lot", "thank you very much", "good morning",
    "good afternoon",
    "i want", "i want that", "i want to", "i would like", "i would like to", "i would like you to", "i want you to",
    "i need",
    "i need to", "i need you to", "we want", "we want to", "we want you to", "we need", "we need to", "we need you to",
    "we would like", "we would like to", "we would like you to", "we should", "we must", "you should", "you must",
    "we have to", "let us", "let us make sure", "could you", "could you please", "can you please", "would you",
    "make sure", "make sure that", "make sure to", "be sure to", "be sure that", "ensure", "ensure that",
    "see to it that",
    "see that", "it is important that", "it must be ensured that", "as a rule", "as a policy", "the rule is",
    "the rule is that",
    "the policy is that", "our policy is that", "our policy is", "a rule that",
    "a policy that", "add a rule", "add a rule that", "add a policy that", "create a rule that", "create a policy that",
    "write a rule that", "write a policy that", "set a rule that", "add a policy to", "add a rule to",
    "create a policy to",
    "create a rule to", "a rule to", "a policy to", "from now on", "going forward", "effective immediately", "strictly",
    "hereby", "absolutely", "simply", "also", "additionally", "furthermore", "moreover", "besides that", "likewise",
    "in addition", "finally", "firstly", "secondly", "thirdly", "lastly", "then", "can you", "will you",
    "hi folks", "hello everyone", "hi everyone", "hey everyone", "hello all", "hey all", "all right", "ok", "okay",
    "so", "fyi", "of course", "however", "otherwise", "though", "to be clear",
    "to be safe", "just to be clear", "note that", "remember that", "remember", "by the way", "under this policy",
    "under our policy", "please note that", "in any case", "as well", "too", "at all", "ever",
    "and", "but", "plus", "yet", "instead", "for our gateway", "in this gateway", "on this gateway",
    "for this gateway", "in general",
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
