"""All data in a message, in the order in which they stand there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.nlu.aligned_text import AlignedText, fold, without_elongation
from bot.nlu.entities.amounts import find_amounts
from bot.nlu.entities.dates import find_worded_dates
from bot.nlu.entities.emails import find_emails
from bot.nlu.entities.found import Found, blank
from bot.nlu.entities.months import find_months
from bot.nlu.entities.numbers import find_numbers
from bot.nlu.entities.ordinals import find_ordinals
from bot.nlu.spoken_numbers import spoken_to_digits


def extract(original: str, today: date) -> list[Found]:
    """Every datum of a text; those that can be two things come as both."""
    folded = fold(original)
    emails = list(find_emails(folded.text))
    found = list(_in_original(emails, folded, original))
    spoken = spoken_to_digits(without_elongation(_without(folded, emails)))
    found += _in_original(_find_the_rest(spoken.text, today), spoken, original)
    return sorted(found, key=lambda one: (one.start, one.end, one.kind))


def _find_the_rest(text: str, today: date) -> list[Found]:
    """Data other than e-mails; what one module has found the next ones do not look at."""
    dates = list(find_worded_dates(text, today))
    found = [one for one, _ in dates if one]
    text = blank(text, (span for _, span in dates))
    amounts = list(find_amounts(text))
    text = blank(text, (one[1:3] for one in amounts))
    months = list(find_months(text, today))
    text = blank(text, (one[1:3] for one in months))
    numbers = list(find_numbers(text, today))
    text = blank(text, (one[1:3] for one in numbers))
    return [*found, *amounts, *months, *numbers, *find_ordinals(text)]


def _without(folded: AlignedText, found: Iterable[Found]) -> AlignedText:
    text = blank(folded.text, (one[1:3] for one in found))
    return AlignedText(text, folded.starts, folded.ends)


def _in_original(found: Iterable[Found], aligned: AlignedText, original: str) -> Iterable[Found]:
    for one in found:
        start, end = aligned.span(one.start, one.end)
        value = original[start:end] if one.kind == "invalid_date" else one.value
        yield Found(one.kind, start, end, value)
