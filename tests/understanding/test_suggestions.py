from dataclasses import replace

from bot.domain.knowledge import Example
from bot.understanding.suggestions import Suggestion, suggestions_for
from tests.understanding.small_matcher import a_small_knowledge

KNOWLEDGE = a_small_knowledge()


def suggested(kind: str, *stray: str) -> list[Suggestion]:
    intent = KNOWLEDGE.intents["cancellation"]
    examples = (*intent.examples, *(Example(text=text, language="it") for text in stray))
    changed = {**KNOWLEDGE.intents, intent.name: replace(intent, examples=examples)}
    found = suggestions_for(replace(KNOWLEDGE, intents=changed), None)
    return [one for one in found if one.kind == kind]


def test_an_example_that_looks_like_another_intent_is_named() -> None:
    stray = "come entro nella webmail dal browser"

    (found,) = [one for one in suggested("astray", stray) if stray in one.told]

    assert found.intent == "cancellation"
    assert found.told.endswith("looks like webmail_access")


def test_intents_whose_examples_are_taken_for_another_are_confusable() -> None:
    strays = ["ho perso la password", "password della posta persa", "dimenticato la password"]

    assert suggested("confusable") == []
    assert any("webmail_password" in one.told for one in suggested("confusable", *strays))


def test_few_examples_are_a_gap() -> None:
    told = {one.told for one in suggested("gap") if one.intent == "cancellation"}

    assert told == {
        "only 3 examples; write at least 20",
        "only 2 examples in it",
        "only 1 examples in en",
    }
