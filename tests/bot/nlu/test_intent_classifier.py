"""The classifier on a small training set: learning, storing, second requests, courtesies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import bot.nlu
from bot.nlu.entities.component import ClaraEntityExtractor
from bot.nlu.intent_classifier import ClaraIntentClassifier, digest_of_code
from bot.nlu.learning import learn

EXAMPLES = {
    "request_duplicate_invoice": (
        "segunda via da conta|quero o boleto|manda minha fatura|cópia da conta de luz|"
        "perdi o talão, manda outro|2a via"
    ),
    "request_barcode": (
        "código de barras|linha digitável da conta|os números do código de barras|"
        "quero o código para pagar|me passa o código de barra|quero pagar a conta"
    ),
    "request_pix": "quero pagar no pix|qr code do pix|pix copia e cola|manda o pix|pix|chave pix",
    "check_debts": (
        "quanto devo|tenho débitos?|qual o valor que devo|tem conta vencida|contas em aberto|"
        "consultar débitos"
    ),
    "subscribe_email_invoice": (
        "quero receber a conta por email|cadastrar meu email para receber a fatura|"
        "fatura por e-mail todo mês|ativar conta digital|receber no email|conta no meu gmail"
    ),
    "unsubscribe_email_invoice": (
        "não quero mais receber por email|cancelar fatura por email|quero o papel de volta|"
        "parar de receber no email|voltar para o papel|desativar conta digital"
    ),
    "report_payment": "já paguei|paguei ontem|a conta já foi paga|fiz o pagamento|quitei",
    "report_outage": "estou sem luz|faltou energia|caiu um fio|tudo escuro|queda de energia",
    "greet": "oi|bom dia|boa tarde|olá|oi tudo bem|boa noite",
    "thank": "obrigado|obrigada|valeu|muito obrigado|agradeço|grato",
    "out_of_scope": "vai chover?|receita de bolo|quem ganhou o jogo|conta uma piada|asdf|hello",
}
TRAINING = TrainingData(
    [
        Message.build(text=text, intent=intent)
        for intent, texts in EXAMPLES.items()
        for text in texts.split("|")
    ]
)
RESOURCE = Resource("clara")
CONTEXT = ExecutionContext(GraphSchema({}), "test")


@pytest.fixture(scope="module", autouse=True)
def _lessons_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Not those of the project that is worked on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASA_CACHE_DIRECTORY", str(tmp_path_factory.mktemp("cache")))
        yield


def trained(directory: Path) -> tuple[ClaraIntentClassifier, LocalModelStorage]:
    storage = LocalModelStorage.create(directory)
    component = ClaraIntentClassifier.create({}, storage, RESOURCE, CONTEXT)
    component.train(TRAINING)
    return component, storage


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> ClaraIntentClassifier:
    return trained(tmp_path_factory.mktemp("model"))[0]


def understood(component: ClaraIntentClassifier, text: str) -> dict[str, Any]:
    message = Message.build(text=text)
    component.process([message])
    result: dict[str, Any] = message.as_dict(only_output_properties=True)
    return result


def also_requested(parsed: dict[str, Any]) -> list[str]:
    return [one["value"] for one in parsed.get("entities", [])]


def test_ranks_all_intents_by_confidence(classifier: ClaraIntentClassifier) -> None:
    parsed = understood(classifier, "me manda a segunda via da conta")
    confidences = [one["confidence"] for one in parsed["intent_ranking"]]
    assert parsed["intent"] == parsed["intent_ranking"][0]
    assert parsed["intent"]["name"] == "request_duplicate_invoice"
    assert {one["name"] for one in parsed["intent_ranking"]} == set(EXAMPLES)
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("código de barras e pix", "request_barcode", "request_pix"),
        ("quero o código de barras e o pix da mesma conta", "request_barcode", "request_pix"),
        ("manda o pix e também a segunda via da conta", "request_pix", "request_duplicate_invoice"),
        ("quanto devo? e manda o pix", "check_debts", "request_pix"),
        ("segunda via da conta + pix", "request_duplicate_invoice", "request_pix"),
        (
            "oi, bom dia, segunda via da conta, quanto devo",
            "request_duplicate_invoice",
            "check_debts",
        ),
    ],
)
def test_two_requests(
    classifier: ClaraIntentClassifier, text: str, first: str, second: str
) -> None:
    parsed = understood(classifier, text)
    assert parsed["intent"]["name"] == first
    assert also_requested(parsed) == [second]
    confidences = [one["confidence"] for one in parsed["intent_ranking"]]
    assert confidences == sorted(confidences, reverse=True)
    assert confidences[0] - confidences[1] > 0.2, "asking for both is no doubt between them"
    assert sum(confidences) == pytest.approx(1, abs=1e-4)
    [entity] = parsed["entities"]
    assert entity["entity"] == "also_requested"
    assert entity["extractor"] == "ClaraIntentClassifier"
    assert text[entity["start"] : entity["end"]].strip() == text[entity["start"] : entity["end"]]


def test_what_has_been_is_no_request(classifier: ClaraIntentClassifier) -> None:
    parsed = understood(classifier, "paguei a de maio, me manda o pix da conta nova")
    assert parsed["intent"]["name"] == "request_pix"
    assert also_requested(parsed) == []


@pytest.mark.parametrize(
    "text",
    [
        "segunda via com código de barras",
        "pix copia e cola",
        "quero pagar, manda o pix",
        "manda o pix da mais vencida",
        "manda o pix, não o boleto",
        "fatura por e-mail? é a segunda via da conta",
        "já paguei e continua em aberto",
        "quero receber por email e parar de receber papel",
        "segunda via da conta, por favor, obrigado",
        "oi, bom dia",
        "estou sem luz e quero a segunda via da piada, do jogo, do bolo, do fio, da chuva",
        "",
    ],
)
def test_one_request_stays_one(classifier: ClaraIntentClassifier, text: str) -> None:
    assert also_requested(understood(classifier, text)) == []


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("oi boa tarde, estou sem luz", "report_outage"),
        ("bom dia! manda o pix por favor, obrigado", "request_pix"),
        ("olá, quanto devo? muito obrigado", "check_debts"),
        ("oi, tudo bem?", "greet"),
        ("muito obrigado, bom dia", "thank"),
    ],
)
def test_a_request_wins_over_courtesies(
    classifier: ClaraIntentClassifier, text: str, intent: str
) -> None:
    assert understood(classifier, text)["intent"]["name"] == intent


def test_what_was_stored_answers_the_same(tmp_path: Path) -> None:
    component, storage = trained(tmp_path)
    loaded = ClaraIntentClassifier.load({}, storage, RESOURCE, CONTEXT)
    for text in ("manda o boleto", "oi", "xyz", ""):
        assert understood(loaded, text) == understood(component, text)
    names = {path.suffix for path in tmp_path.rglob("*") if path.is_file()}
    assert names == {".json", ".npz"}


def test_the_same_examples_give_the_same_model() -> None:
    texts = [text for line in EXAMPLES.values() for text in line.split("|")]
    labels = [intent for intent, line in EXAMPLES.items() for _ in line.split("|")]
    one, other = learn(texts, labels), learn(texts, labels)
    assert np.array_equal(one.weights, other.weights)
    assert one.sharpness == other.sharpness


def test_a_model_is_learned_where_no_lessons_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("RASA_CACHE_DIRECTORY", str(tmp_path / "a file" / "cache"))
    component, _ = trained(tmp_path)
    assert understood(component, "manda o pix")["intent"]["name"] == "request_pix"
    assert "The next training will take longer" in caplog.text


def test_few_labels_and_few_examples_are_enough() -> None:
    assert learn(["oi"], ["greet"]).probabilities("oi").tolist() == [1.0]
    two = learn(["oi", "tchau"], ["greet", "goodbye"])
    assert two.labels[int(two.probabilities("tchau").argmax())] == "goodbye"


def test_without_examples_no_intent_is_named(tmp_path: Path) -> None:
    storage = LocalModelStorage.create(tmp_path)
    component = ClaraIntentClassifier.create({}, storage, RESOURCE, CONTEXT)
    component.train(TrainingData([]))
    loaded = ClaraIntentClassifier.load({}, storage, RESOURCE, CONTEXT)
    assert understood(loaded, "oi")["intent"] == {"name": None, "confidence": 0.0}


def test_the_extractor_adds_to_what_the_classifier_found(
    classifier: ClaraIntentClassifier, tmp_path: Path
) -> None:
    message = Message.build(text="código de barras e pix, cpf 529.982.247-25")
    classifier.process([message])
    ClaraEntityExtractor().process([message])
    found = {one["entity"]: one["value"] for one in message.get("entities")}
    assert found == {"also_requested": "request_pix", "cpf": "52998224725"}


CODE = Path(bot.nlu.__file__).parent


@pytest.mark.parametrize("path", sorted(CODE.rglob("*.py")), ids=lambda path: path.stem)
def test_a_change_of_any_file_of_the_understanding_asks_for_a_training(
    path: Path, tmp_path: Path
) -> None:
    before = ClaraIntentClassifier.fingerprint_addon({})
    copy = copytree(CODE, tmp_path / "nlu")
    assert digest_of_code(copy) == before
    with (copy / path.relative_to(CODE)).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert digest_of_code(copy) != before
