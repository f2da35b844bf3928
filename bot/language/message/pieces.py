"""A message as its rules: sentences, lines, bullets, semicolons, and "but" or "and" before a new rule."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.language.gateway.groups import surely_people
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.verbs import is_verb
from bot.language.message.joined import CLAUSES, FRONTS, NO_ONE, NUMBER, TURNS, limits, rules_in
from bot.language.message.mail import without_letter
from bot.language.message.sentences import (
    DENIAL,
    FILLER,
    IMPERATIVE,
    MODAL,
    effect_places,
    goes_on,
    heads,
    names_people,
    points,
    sentences_of,
)
from bot.language.text.phrases import Phrases
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural, parts, singular
from bot.language.wordlists import (
    FORBID,
    IMPERATIVES,
    MODALS,
    NOMINALS,
    words,
)

_FORBIDS = Phrases.of(phrase for table in (IMPERATIVES, MODALS) for phrase, effect in table.items() if effect == FORBID)
_OPEN_ENDS = frozenset({"not", "never", "may", "can", "could", "to", "from"})
_MODAL_ENDS = frozenset({"not", "never", "may", "can", "cannot"})
_CONDITIONS = TURNS | {"if", "when", "unless", "except", "before", "after", "between", "until", "for"}
_LEANING = words("messages", "leaning")
_BESIDE_FILLERS = words("messages", "beside_fillers")


@dataclass(frozen=True)
class Piece:
    """One rule of a message: its tokens, where it is in the text, whether it is a question, or starts with "but".

    One that `leans` is no rule by itself ("managers only", "contractors may not"), and one with a `joiner` goes on a
    sentence: where it cannot be read, neither can what it is said of, which may have lost a condition to it. `elliptic`
    says that it ends where its tool would be, `header` where the line is that it stands below,
    `limit` that it only narrows what stands there, `narrowed` that a sentence of its own does so behind it, which may
    narrow the rules before it as well, and `forbids` that something of it blocks.
    """

    text: str
    start: int
    end: int
    tokens: tuple[Token, ...]
    question: bool = False
    but: bool = False
    leans: bool = False
    elliptic: bool = False
    joiner: str = ""
    header: int = -1
    limit: bool = False
    narrowed: bool = False
    forbids: bool = False


def split(text: str, lexicon: Lexicon) -> list[Piece]:
    """The pieces of a message, in order. Words that are no more than a greeting go with no rule, and make no piece."""
    found: list[Piece] = []
    header: list[Token] = []
    lead: list[Token] = []
    label: list[Token] = []
    ended = 0
    colon: Token | None = None
    headed = opened = False
    sentences = without_letter(sentences_of(text), text, lexicon)
    for number, (tokens, question) in enumerate(sentences):
        after = sentences[number + 1][0] if number + 1 < len(sentences) else []
        if tokens[-1].text == ":" and effect_places(tokens[:-1]):
            header, headed, colon = tokens[:-1], False, tokens[-1]
            if any(CLAUSES.at(header, at) for at in range(len(header))):
                # "… when:" and bullets is one rule with every bullet, and not a rule for each of them. With none of
                # them below, the colon is of a value: "starts with chore:".
                opened = bool(after) and not effect_places(after)
                found.append(_piece(text, header if opened else tokens, False))
                header = []
            continue
        if tokens[-1].text == ":" and after and not _only_filler(tuple(tokens)) and not heads(tokens):
            # "If the amount is under 5:", "In the repo web:" holds for every line below it.
            lead = tokens
            continue
        alone = bool(lead) and tokens[0].low in _LEANING and not effect_places(tokens)
        if lead:
            tokens = [*lead, *tokens]
        else:
            tokens, label = _labelled(text, tokens, label, ended, lexicon)
        ended = tokens[-1].end
        share = bool(found) and (_is_share(text, found[-1], tokens) or _is_other_case(text, found[-1], tokens))
        bound = bool(found) and _is_bound(text, found[-1], tokens, lexicon)
        halves = share or bound or (opened and not effect_places(tokens)) or _continues(tokens)
        if found and not header and not lead and halves:
            # "… Only if it is sealed." is half of the rule before it, which must not be read without it.
            end = found[-1].end
            comma = [Token(",", end, end + 1, "punct", ",")] if share or bound else []
            whole = _piece(text, [*found[-1].tokens, *comma, *tokens], question)
            whole = _leaning(replace(whole, but=found[-1].but, joiner=found[-1].joiner))
            elliptic = whole.elliptic or found[-1].elliptic  # "interns may not; leads up to 50"
            narrowed = found[-1].narrowed or not (share or opened or (found[-1].forbids and _exempts(tokens)))
            found[-1] = replace(whole, elliptic=elliptic, leans=whole.leans or elliptic or narrowed, narrowed=narrowed)
            continue
        opened, limit = False, tokens[0].low in _LEANING or limits(tokens)
        turned = _bans(header) and not _bans(tokens)  # "DENY" over what may be done is of that too
        if header and (not effect_places(tokens) or _done_below(header, tokens) or turned or _says_more(header)):
            limit = limit and not (goes_on(header) and _names_deed(tokens[0], lexicon))
            tokens, headed = [*header, *([colon] if colon and names_people(header) else []), *tokens], True
        else:
            header = []
        for part, joiner in rules_in(tokens, lexicon, labelled=bool(_label(tokens, lexicon))):
            rule = replace(_piece(text, part, question), but=joiner == "but", joiner=joiner)
            below = header[0].start if header else -1
            piece = _leaning(replace(rule, header=below, limit=limit and below >= 0, narrowed=alone))
            found.append(replace(piece, leans=piece.leans or alone))
    # Where nothing came below a header, its colon may be of a value: "starting with fix:".
    left = [*header, colon] if header and not headed and colon else lead if not found else []
    found += [_piece(text, left, False)] if left else []
    rules = [piece for piece in found if not _only_filler(piece.tokens)]
    return rules or found


def _label(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """What stands before a colon and holds for what follows: "in production:", "environment production:", and whatever
    else no rule of its line may be read without ("express:"), but for people with a list of their own."""
    colon = next((at for at, token in enumerate(tokens) if token.text == ":"), 0)
    inputs = lexicon.spelled_inputs
    named = (tuple(word for token in tokens[:size] for word in parts(token.text)) in inputs for size in range(1, colon))
    if not colon or effect_places(tokens[:colon]) or _only_filler(tuple(tokens[:colon])):
        return []
    fronts = tokens[0].low in FRONTS or any(named)
    if not fronts and (_labels_people(tokens) or not effect_places(tokens[colon + 1 :])):
        return []
    return tokens[: colon + 1]


def _labelled(
    text: str, tokens: list[Token], label: list[Token], ended: int, lexicon: Lexicon
) -> tuple[list[Token], list[Token]]:
    """A sentence with the label that opens its line, and the label that holds for what comes next: "in production: SREs
    may run runbooks; interns may restart services"."""
    own = _label(tokens, lexicon)
    if own or not label or not _stays_on_line(text, ended, tokens):
        return tokens, own
    held = effect_places(tokens) and _holds(text, ended, tokens)
    return ([*label, *tokens] if held else tokens), label


def _stays_on_line(text: str, ended: int, tokens: list[Token]) -> bool:
    """Whether a sentence stands on the line that a label opens."""
    return "\n" not in text[ended : tokens[0].start]


def _holds(text: str, ended: int, tokens: list[Token]) -> bool:
    """Whether a label holds for a sentence of its line: behind a semicolon, or behind a full stop where it is wider
    without the label."""
    return text[ended : tokens[0].start].strip(" \t") == ";" or not _bans(tokens)


def at_least(text: str) -> int:
    """At least how many pieces a message makes, at whichever gateway: its sentences that stand by themselves."""
    sentences = [tokens for tokens, _ in without_letter(sentences_of(text), text)]
    lists = any(tokens[-1].text == ":" for tokens in sentences)
    return sum(
        tokens[-1].text != ":"
        and not _only_filler(tuple(tokens))
        and (effect_places(tokens) or not (lists or _continues(tokens)))
        for tokens in sentences
    )


def _labels_people(tokens: list[Token]) -> bool:
    """Whether people and a colon open a sentence: "managers: refund_tickets up to 500"."""
    colon = next((at for at, token in enumerate(tokens) if token.text == ":"), 0)
    last = tokens[colon - 1]
    return colon > 0 and last.is_word and is_plural(last.low) and surely_people(last.low)


def _is_share(text: str, before: Piece, tokens: list[Token]) -> bool:
    """Whether people with a bound of their own stand behind a semicolon: "…; leads up to 50k; nobody above that"."""
    plain = not effect_places(tokens) and not points(tokens) and not any(token.text in {":", "="} for token in tokens)
    bounded = any(NUMBER.at(tokens, at) for at in range(1, len(tokens))) or tokens[-1].kind == "number"
    people = any(is_plural(token.low) and surely_people(token.low) for token in tokens[:3])
    follows = text[before.end : tokens[0].start].strip(" \t") in ({";", "."} if people else {";"})
    leads = tokens[0].is_word and tokens[0].low not in _LEANING | TURNS and not CLAUSES.at(tokens, 0)
    return (
        plain
        and bounded
        and follows
        and leads
        and (effect_places(list(before.tokens)) or any(token.text == ":" for token in before.tokens))
    )


def _is_bound(text: str, before: Piece, tokens: list[Token], lexicon: Lexicon) -> bool:
    """Whether an input with its values stands behind a label's people: "discounts: leads; codes A or B"."""
    follows = text[before.end : tokens[0].start].strip(" \t") == ";" and any(each.text == ":" for each in before.tokens)
    words = [singular(token.low) for token in tokens]
    named = any(tuple(words[:size]) in lexicon.spelled_inputs for size in range(1, len(tokens)))
    plain = all(token.is_word or token.text == "," for token in tokens) and not effect_places(tokens)
    return follows and named and plain


def _is_other_case(text: str, before: Piece, tokens: list[Token]) -> bool:
    """Whether another case with its people stands behind one: "in dev, anyone may deploy; in prod, leads only"."""
    follows = text[before.end : tokens[0].start].strip() in {";", "."}
    comma = next((at for at, token in enumerate(tokens) if token.text == ","), 0)
    only = "only" in {tokens[-1].low, tokens[min(comma + 1, len(tokens) - 1)].low}
    fronted = tokens[0].low in FRONTS and before.tokens[0].low in FRONTS
    return follows and comma > 0 and only and fronted and not effect_places(tokens)


def _says_more(header: list[Token]) -> bool:
    """Whether a line above rules says more than that they follow: "the following may be done until 2027:"."""
    at = 0
    while at < len(header):
        found = next((found for table in (FILLER, MODAL, IMPERATIVE) if (found := table.at(header, at))), None)
        if found is None and header[at].kind != "punct" and not heads(header[at : at + 1]):
            return True
        at = found[1] if found else at + 1
    return False


def _done_below(header: list[Token], tokens: list[Token]) -> bool:
    """Whether a verb of an effect is what is done, below a line that breaks off: "tellers may:" and "block cards"."""
    found = IMPERATIVE.at(tokens, 0)
    return (
        found is not None
        and found[1] == 1
        and goes_on(header)
        and not any(MODAL.at(tokens, at) for at in range(1, len(tokens)))
    )


def _names_deed(token: Token, lexicon: Lexicon) -> bool:
    """Whether a line begins with what is done, and has its own limits: "raise limits up to 500"."""
    said = token.low in NOMINALS or is_verb(token) or token.stem in lexicon.by_name_stem
    return said and token.low not in _LEANING | TURNS


def _exempts(tokens: list[Token]) -> bool:
    """Whether a sentence frees somebody of what stands before it: "this does not apply to leads"."""
    return tokens[0].low == "this" and any(token.low in {"apply", "extend"} for token in tokens[1:6])


def _continues(tokens: list[Token]) -> bool:
    """Whether a sentence says no effect of its own and leans on the one before it."""
    own = (effect_places(tokens) and not _exempts(tokens)) or points(tokens) or _labels_people(tokens)
    own = own or _says_whose(tokens)
    if tokens[0].low == "otherwise" and len(tokens) < 5 and not NO_ONE.at(tokens, 1):
        return True  # "otherwise reject them"
    return (tokens[0].low in _LEANING or limits(tokens)) and not own


def _says_whose(tokens: list[Token]) -> bool:
    """Whether a sentence says whom another case is for: "anything above that is for leads", "for leads it is 150"."""
    low = [token.low for token in tokens]
    at = next((n for n, word in enumerate(low) if word in {"is", "are"}), 0)
    if not at or low[0] in {"it", "this", "that", "only"} or CLAUSES.at(tokens, 0):
        return False
    people = any(is_plural(word) and surely_people(word) for word in low[1:4])
    return "for" in low[at + 1 : at + 4] or (low[0] == "for" and people)


def _leaning(piece: Piece) -> Piece:
    """The piece with whether it leans on the rule before it."""
    tokens = [token for token in piece.tokens if token.kind not in {"punct", "emoji"}]
    ended = any((found := MODAL.at(tokens, at)) and found[1] == len(tokens) for at in range(len(tokens)))
    # "Interns may not", "interns may not on Sundays": the tool is of the rule before.
    elliptic = (ended and tokens[-1].low in _OPEN_ENDS) or any(
        (found := MODAL.at(tokens, at))
        and tokens[found[1] - 1].low in _MODAL_ENDS
        and found[1] < len(tokens)
        and tokens[found[1]].low in _CONDITIONS
        for at in range(len(tokens))
    )
    forbids = _bans(tokens)
    leans = elliptic or (bool(piece.joiner) and forbids) or not effect_places(list(piece.tokens))
    return replace(piece, leans=leans, elliptic=elliptic, forbids=forbids)


def _bans(tokens: list[Token]) -> bool:
    """Whether something of a sentence blocks."""
    return any(table.at(tokens, at) for table in (_FORBIDS, NO_ONE, DENIAL) for at in range(len(tokens)))


def _piece(text: str, tokens: list[Token], question: bool) -> Piece:
    start, end = min(token.start for token in tokens), max(token.end for token in tokens)
    if tokens[0].start > tokens[-1].start:
        start = tokens[-1].start
    return Piece(text[start:end].strip(), start, end, tuple(tokens), question)


def _only_filler(tokens: tuple[Token, ...]) -> bool:
    at = 0
    while at < len(tokens):
        found = FILLER.at(tokens, at)
        if found is not None:
            at = found[1]
        elif tokens[at].kind in {"punct", "emoji"} or tokens[at].low in _BESIDE_FILLERS:
            at += 1
        else:
            return False
    return True
