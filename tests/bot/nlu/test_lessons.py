"""What was learned before makes learning quicker, and changes nothing of what is learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu.learning import learn
from bot.nlu.lessons import Lessons
from bot.nlu.linear_model import LinearModel

Examples = list[tuple[str, str]]

EXAMPLES: Examples = [
    (f"{wish} {thing} {when}".strip(), intent)
    for thing, intent in (
        ("a segunda via", "duplicate"),
        ("a fatura", "duplicate"),
        ("o codigo de barras", "barcode"),
        ("a linha digitavel", "barcode"),
        ("o pix", "pix"),
        ("o qr code", "pix"),
    )
    for wish in ("quero", "manda", "preciso de", "cade", "me envia")
    for when in ("", "agora", "por favor", "de novo", "da conta de luz", "do mes passado")
]
ASKED = ["quero o qr da conta", "segunda via", "a linha do codigo", "boleto", "pix", "oi", ""]

AFTER: dict[str, Examples] = {
    "nothing has changed": EXAMPLES,
    "some are gone": EXAMPLES[::2],
    "some are new": [*EXAMPLES, ("faz um piquis", "pix"), ("um piquis ai", "pix")],
    "one is written in another place": [*EXAMPLES[1:], EXAMPLES[0]],
    "one is written twice": [*EXAMPLES, EXAMPLES[0]],
    "an intent is new": [*EXAMPLES, ("oi bom dia", "greet"), ("oi", "greet"), ("ola", "greet")],
    "an intent is gone": [one for one in EXAMPLES if one[1] != "pix"],
    "one means something else now": [(EXAMPLES[0][0], "pix"), *EXAMPLES[1:]],
}


def taught(examples: Examples, lessons: Lessons) -> LinearModel:
    texts = lessons.texts([text for text, _ in examples], str.casefold)
    return learn(texts, [intent for _, intent in examples], lessons=lessons)


def assert_same(one: LinearModel, other: LinearModel) -> None:
    assert one.labels == other.labels
    assert one.vocabulary.known == other.vocabulary.known
    assert one.vocabulary.weights.tolist() == other.vocabulary.weights.tolist()
    for text in ASKED:
        assert one.probabilities(text) == pytest.approx(other.probabilities(text), abs=0.02)


@pytest.mark.parametrize("before", ["as they were", "written twice"])
@pytest.mark.parametrize("change", AFTER)
def test_the_model_is_the_one_learned_from_nothing(
    change: str, before: str, tmp_path: Path
) -> None:
    lessons = Lessons()
    taught(EXAMPLES * (1 if before == "as they were" else 2), lessons)
    lessons.save(tmp_path / "lessons.npz", "this code")
    kept = Lessons.load(tmp_path / "lessons.npz", "this code")
    assert_same(taught(AFTER[change], kept), taught(AFTER[change], Lessons()))


def test_only_what_is_new_is_normalised() -> None:
    lessons = Lessons()
    assert lessons.texts(["Oi", "PIX"], str.casefold) == ["oi", "pix"]
    asked: list[str] = []

    def normalize(text: str) -> str:
        asked.append(text)
        return text.casefold()

    assert lessons.texts(["PIX", "Boleto", "PIX"], normalize) == ["pix", "boleto", "pix"]
    assert asked == ["Boleto"]


def test_all_of_it_is_kept(tmp_path: Path) -> None:
    lessons = Lessons()
    taught([*EXAMPLES, ("ção 🙂", "pix"), ("", "pix")], lessons)
    lessons.save(tmp_path / "new" / "lessons.npz", "this code")
    kept = Lessons.load(tmp_path / "new" / "lessons.npz", "this code")
    assert kept.normalized == lessons.normalized
    assert kept.counted is not None
    assert lessons.counted is not None
    assert list(kept.counted.texts) == list(lessons.counted.texts)
    assert kept.weights.keys() == lessons.weights.keys() == {"all", "seen"}
    for name, weights in lessons.weights.items():
        assert np.array_equal(kept.weights[name].numbers, weights.numbers)


@pytest.mark.parametrize("file", ["absent", "another code's", "cut off", "no archive", "a list"])
def test_what_cannot_be_used_is_no_lesson(file: str, tmp_path: Path) -> None:
    path = tmp_path / "lessons.npz"
    lessons = Lessons()
    taught(EXAMPLES, lessons)
    lessons.save(path, "other code" if file == "another code's" else "this code")
    if file == "absent":
        path.unlink()
    elif file == "cut off":
        path.write_bytes(path.read_bytes()[:-100])
    elif file == "no archive":
        path.write_bytes(b"no archive")
    elif file == "a list":
        np.savez(path, code=np.array([1, 2]))
    assert Lessons.load(path, "this code") == Lessons()
