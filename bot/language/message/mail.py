"""A message as a mail: whom it greets in front, and who signs it."""

from __future__ import annotations

import itertools

from bot.language import vocabulary
from bot.language.gateway.groups import surely_people
from bot.language.gateway.lexicon import Lexicon
from bot.language.text.phrases import Phrases
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural
from bot.language.wordlists import EVERYONE, MONTHS, NOBODY, PEOPLE_WORDS, PREPOSITIONS, RELATIVE_TIMES, STOPS, words

Sentences = list[tuple[list[Token], bool]]

_GREETS = frozenset({"dear", "hi", "hello", "hey"})
_SIGN_OFF = Phrases.of(words("messages", "sign_off"))
# What says something wherever it stands, in capitals too: "Thanks! In Production".
_LIMITING = frozenset(
    {"only", "except", "unless", "but", "not", "no", "never", *EVERYONE, *NOBODY, *PREPOSITIONS, *STOPS}
)
_NO_NAMES = _LIMITING.union(MONTHS, RELATIVE_TIMES, PEOPLE_WORDS, vocabulary.words(), vocabulary.group_words())
_MOST_NAMES = 4


def without_letter(sentences: Sentences, text: str, lexicon: Lexicon | None = None) -> Sentences:
    """The sentences of a text without "Dear Petra," before them and "Kind regards, Tom" behind them; whoever is
    addressed by what they are ("Dear interns, …") may be whom the rule is for, and stays. So does what the gateway
    knows: "Thanks, Production" limits the rule."""
    return _ungreeted(_unsigned(sentences, text, lexicon), lexicon)


def _unsigned(sentences: Sentences, text: str, lexicon: Lexicon | None) -> Sentences:
    for at in range(1, len(sentences)):
        tokens = sentences[at][0]
        found = _SIGN_OFF.at(tokens, 0)
        if found is None:
            continue
        behind = [*tokens[found[1] :], *(token for more, _ in sentences[at + 1 :] for token in more)]
        names = [token for token in behind if token.kind != "punct"]
        # A name goes on with the sentence, or stands on a line of its own.
        parted = any("\n" not in text[before[-1].end : more[0].start] for (before, _), (more, _) in
                     itertools.pairwise(sentences[at:]))  # fmt: skip
        if len(names) > _MOST_NAMES or parted:
            continue
        if _is_team(names) or all(_is_name(token, lexicon) for token in names):
            return sentences[:at]
    return sentences


def _ungreeted(sentences: Sentences, lexicon: Lexicon | None) -> Sentences:
    tokens, asked = sentences[0] if sentences else ([], False)
    comma = next((at for at, token in enumerate(tokens) if token.text == ","), 0)
    greeted = tokens[1:comma] if comma <= _MOST_NAMES else []
    if not greeted or tokens[0].low not in _GREETS or not all(_is_name(token, lexicon) for token in greeted):
        return sentences
    rest = tokens[comma + 1 :]
    return [(rest, asked), *sentences[1:]] if rest else sentences[1:] or sentences


def _is_team(names: list[Token]) -> bool:
    """Whether a team signs: "Thank you, Finance Team"."""
    titled = all(token.text.istitle() and token.low not in _LIMITING for token in names)
    return len(names) > 1 and names[-1].text == "Team" and titled


def _is_name(token: Token, lexicon: Lexicon | None) -> bool:
    """Whether a word may be the name of a person: with a capital, no group of people, and no word of the gateway."""
    if not token.is_word or not token.text[0].isupper() or token.low in _NO_NAMES:
        return False
    if is_plural(token.low) and surely_people(token.low):
        return False
    if lexicon is None:
        return True
    # "Production", where `prod` is listed
    meant = any(min(len(token.low), len(each)) > 2 and _begins(token.low, each) for each in lexicon.listed)
    return not meant and token.stem not in lexicon.words


def _begins(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
