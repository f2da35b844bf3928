"""A message as a mail: whom it greets in front, and who signs it."""

from __future__ import annotations

from bot.language.gateway.groups import surely_people
from bot.language.text.phrases import Phrases
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural

Sentences = list[tuple[list[Token], bool]]

_GREETS = frozenset({"dear", "hi", "hello", "hey"})
_SIGN_OFF = Phrases.of(
    ("kind regards", "kindest regards", "best regards", "warm regards", "with kind regards", "with best regards",
     "regards", "best wishes", "yours sincerely", "sincerely", "sincerely yours", "yours faithfully", "yours truly", "best",
     "thanks", "thank you", "many thanks", "cheers", "thanks and regards", "respectfully")
)  # fmt: skip
_MOST_NAMES = 4


def without_letter(sentences: Sentences) -> Sentences:
    """The sentences without "Dear Petra," before them and "Kind regards, Tom" behind them; whoever is addressed by what
    they are ("Dear interns, …") may be whom the rule is for, and stays."""
    return _ungreeted(_unsigned(sentences))


def _unsigned(sentences: Sentences) -> Sentences:
    for at in range(1, len(sentences)):
        tokens = sentences[at][0]
        found = _SIGN_OFF.at(tokens, 0)
        if found is None:
            continue
        behind = [*tokens[found[1] :], *(token for more, _ in sentences[at + 1 :] for token in more)]
        names = [token for token in behind if token.kind != "punct"]
        if len(names) <= _MOST_NAMES and all(map(_is_name, names)):
            return sentences[:at]
    return sentences


def _ungreeted(sentences: Sentences) -> Sentences:
    tokens, asked = sentences[0] if sentences else ([], False)
    comma = next((at for at, token in enumerate(tokens) if token.text == ","), 0)
    if not 1 < comma <= _MOST_NAMES or tokens[0].low not in _GREETS or not all(map(_is_name, tokens[1:comma])):
        return sentences
    rest = tokens[comma + 1 :]
    return [(rest, asked), *sentences[1:]] if rest else sentences[1:] or sentences


def _is_name(token: Token) -> bool:
    """Whether a word may be the name of a person: with a capital, and no group of people."""
    return token.is_word and token.text[0].isupper() and not (is_plural(token.low) and surely_people(token.low))
