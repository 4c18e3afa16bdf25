"""What a message asks for: the likely intents, and a second request where there is one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.nlu.aligned_text import fold
from bot.nlu.concepts import concepts_in
from bot.nlu.courtesy import COURTESIES, without_courtesy
from bot.nlu.linear_model import LinearModel
from bot.nlu.normalization import LONGEST, normalize


class Guess(NamedTuple):
    """An intent and how likely it is."""

    intent: str
    confidence: float


class Part(NamedTuple):
    """A piece of a message that asks for a service by itself."""

    guess: Guess
    start: int
    end: int
    is_wished: bool
    """Whether it has a word of asking: "me manda o Pix", not only "o Pix"."""


@dataclass(frozen=True)
class Reading:
    """All intents, the likeliest first, and the second service that was asked for."""

    ranking: tuple[Guess, ...]
    second: Part | None = None


EVIDENCE = {
    "request_duplicate_invoice": {"bill", "copy"},
    "request_barcode": {"barcode"},
    "request_pix": {"pix"},
    "check_debts": {"owe", "value", "due"},
    "subscribe_email_invoice": {"email"},
    "unsubscribe_email_invoice": {"email"},
    "change_invoice_email": {"email"},
    "report_payment": {"paid"},
}
"""The services, and what a part must speak of to ask for one.

Without it "quero pagar, manda o Pix" would be two: paying means the bar code if nothing is said.
"""

_ONE_REQUEST = [
    # Stopping the paper is what receiving by e-mail means, and the other way round.
    {"subscribe_email_invoice", "unsubscribe_email_invoice"},
    {"subscribe_email_invoice", "change_invoice_email"},
    {"unsubscribe_email_invoice", "change_invoice_email"},
    # "Paguei e continua em aberto": what is owed is what it complains of.
    {"report_payment", "check_debts"},
]
SURE = 0.6
"""From this confidence on a part alone asks for a service; lower ones are mostly half sentences."""
SURE_OF_COURTESY = 0.9
SURE_OF_THE_WHOLE = 0.25
"""So far ahead of the others, what the whole message is about is what it asks for first."""

_CLOSING = frozenset({"thank", "goodbye"})
_NO_REQUEST = frozenset({"affirm", "out_of_scope"})

_MOST_PARTS = 6
_SENTENCE = re.compile(r"[.!?,;\n]+")
_SUPERLATIVE = r"(?<!\b[ao] )(?<!\b[ao]s )(?<!\bd[ao] )"
"""Not behind an article: "a mais antiga" joins nothing."""
_CONNECTOR = re.compile(
    r"[,.;+\n]"
    rf"| (?:e(?: depois| tambem| tb| tbm)?|{_SUPERLATIVE}mais|aproveita|aproveitando"
    r"|alem d[eoa]s?)(?= )"
)
_WISH = re.compile(
    r"\b(?:quer(?:o|ia)|precis(?:o|ava)|gostaria|prefiro|(?:me |nos )?(?:mand|envi|pass)[aeo]\w*"
    r"|ger[ae]r?|emit[aei]r?|cade|qual|quanto|pode\w*)\b"
)
_NOT_A_REQUEST = re.compile(r"(?:nao|sem|nem|com|por|pelo|pela|por que|se)\b|.*\bnao\b")
_COPY_AND_PASTE = re.compile(r"cop\w{1,4} ?e ?col\w{1,2}")
_HYPOTHETICAL = re.compile(r"^(?:e |mas |ai |agora )*(?:se|caso) |\b(?:se|caso) (?:eu|a gente) ")
_ENDING = frozenset({"cancel"})
"""What nobody does by asking what would happen: "e se eu desistir depois?"."""


def read(model: LinearModel, text: str) -> Reading:
    """Read a message; a request wins over the courtesies around it."""
    ranking = _rank(model, text)
    if not ranking or ranking[0].intent == "out_of_scope":
        return Reading(ranking)
    return _both_of_two(_services(model, text), ranking) or Reading(ranking)


def _rank(model: LinearModel, text: str) -> tuple[Guess, ...]:
    ranking = _rank_whole(model, text)
    if ranking and ranking[0].intent in COURTESIES:
        return _request_within(model, text) or ranking
    return ranking


def _speaks_of(normalized: str, intent: str) -> bool:
    """Whether there is a word for the service; other intents need none."""
    evidence = EVIDENCE.get(intent)
    return evidence is None or not evidence.isdisjoint(concepts_in(normalized.split()))


def _request_within(model: LinearModel, text: str) -> tuple[Guess, ...] | None:
    """What one sentence of a long greeting asks for, if it surely asks for something."""
    sentences = [part for part in _SENTENCE.split(text[:LONGEST]) if len(part.split()) > 2]
    if not 2 <= len(sentences) <= _MOST_PARTS:
        return None
    rankings = [_rank_whole(model, sentence) for sentence in sentences]
    asking = [one for one in rankings if one and one[0].intent in EVIDENCE]
    surest = max(asking, key=lambda one: one[0].confidence, default=None)
    return surest if surest and surest[0].confidence >= SURE else None


def _rank_whole(model: LinearModel, text: str) -> tuple[Guess, ...]:
    whole = normalize(text)
    ranking = _guesses(model, whole)
    core = without_courtesy(whole)
    if not core or core == whole or _is_sure_courtesy(ranking):
        return ranking
    inner = _guesses(model, core)
    if inner[0].intent in COURTESIES or not _gives_way(ranking[0], inner[0]):
        return ranking
    hidden = ranking[0].intent in COURTESIES and inner[0].confidence >= SURE
    return inner if hidden or inner[0].confidence > ranking[0].confidence else ranking


def _is_sure_courtesy(ranking: tuple[Guess, ...]) -> bool:
    """Whether it is surely nothing but one: "bom dia, senhora atendente" asks for nobody."""
    return ranking[0].intent in COURTESIES and ranking[0].confidence >= SURE_OF_COURTESY


def _without(intents: frozenset[str], ranking: tuple[Guess, ...]) -> tuple[Guess, ...]:
    """The ranking with these intents last, and what they had shared out among the others."""
    kept = [guess for guess in ranking if guess.intent not in intents]
    share = sum(guess.confidence for guess in kept)
    if not share:
        return ranking
    return (
        *(Guess(guess.intent, guess.confidence / share) for guess in kept),
        *(Guess(guess.intent, 0.0) for guess in ranking if guess.intent in intents),
    )


def _gives_way(courtesy: Guess, rest: Guess) -> bool:
    """Whether a courtesy around something is less than that: "ok obrigada" is thanks."""
    return not (courtesy.intent in _CLOSING and rest.intent in _NO_REQUEST)


def _guesses(model: LinearModel, normalized: str) -> tuple[Guess, ...]:
    shares = model.probabilities(normalized).tolist()
    ranking = tuple(sorted(map(Guess, model.labels, shares), key=lambda one: -one.confidence))
    return _without(_ENDING, ranking) if _HYPOTHETICAL.search(normalized) else ranking


def _services(model: LinearModel, text: str) -> list[Part]:
    """The parts of a message that ask for a service by themselves, in order."""
    pieces = list(_pieces(text[:LONGEST]))
    if not 2 <= len(pieces) <= _MOST_PARTS:
        return []
    found = []
    for piece, start, end in pieces:
        normalized = without_courtesy(normalize(piece))
        if not normalized or _NOT_A_REQUEST.match(normalized):
            continue
        best = _guesses(model, normalized)[0]
        is_service = best.intent in EVIDENCE and _speaks_of(normalized, best.intent)
        if is_service and best.confidence >= SURE:
            found.append(Part(best, start, end, _WISH.search(normalized) is not None))
    return found


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """The text between connectors, with its place."""
    aligned = fold(text)
    # "copia e cola" is one thing, though it has an "e".
    folded = _COPY_AND_PASTE.sub(lambda found: "x" * len(found.group()), aligned.text)
    begin = 0
    connectors = (found.span() for found in _CONNECTOR.finditer(folded))
    # Folded, "é" is "e" too; it joins nothing.
    ends = [span for span in connectors if text[aligned.starts[span[1] - 1]] not in "éÉ"]
    for end, next_begin in [*ends, (len(folded), len(folded))]:
        if piece := folded[begin:end].strip():
            first = folded.index(piece, begin)
            place = aligned.span(first, first + len(piece))
            yield text[slice(*place)], *place
        begin = next_begin


def _both_of_two(parts: Sequence[Part], ranking: tuple[Guess, ...]) -> Reading | None:
    """What is asked for first and what second, if two parts ask for different services.

    "Paguei a de maio, me manda o Pix da de junho" asks for one only: where the whole message is
    sure of something else, a first part that has no word of asking only tells what has been.
    """
    first = parts[0] if parts else None
    other = next((part for part in parts if first and _is_another(first, part)), None)
    if first is None or other is None:
        return None
    is_sure = ranking[0].confidence - ranking[1].confidence >= SURE_OF_THE_WHOLE
    if is_sure and ranking[0].intent != first.guess.intent and not first.is_wished:
        return None
    return Reading(_settled(ranking, first.guess, other.guess), other)


def _is_another(first: Part, other: Part) -> bool:
    pair = {first.guess.intent, other.guess.intent}
    return len(pair) == 2 and pair not in _ONE_REQUEST


def _settled(ranking: tuple[Guess, ...], first: Guess, second: Guess) -> tuple[Guess, ...]:
    """The ranking with the first of two requests on top, and no doubt between them.

    The whole is near a tie just because it asks for both.
    """
    others = [one for one in ranking if one.intent not in (first.intent, second.intent)]
    share = sum(one.confidence for one in others) or 1.0
    sure = max(first.confidence, *(one.confidence for one in ranking))
    return (
        Guess(first.intent, sure),
        *(Guess(one.intent, one.confidence / share * (1 - sure)) for one in others),
        Guess(second.intent, 0.0),
    )
