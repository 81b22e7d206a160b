import json

import pytest
from click.testing import CliRunner
from rapidfuzz.distance import OSA

from bench.noise import main, noisy

TEXT = "Perché il sito di mio cognato non si apre più? Grazie dell'aiuto, aspetto una risposta"


def test_the_same_text_is_always_typed_the_same_way_and_another_seed_differently() -> None:
    assert noisy(TEXT) == noisy(TEXT)
    assert len({noisy(TEXT, seed) for seed in range(10)}) > 5


def test_without_strength_only_case_accents_and_marks_are_lost() -> None:
    typed = noisy(TEXT, strength=0.0).replace(" ?", "").replace(" ,", "").replace(" '", "")

    assert typed == (
        "perche il sito di mio cognato non si apre piu grazie dell aiuto aspetto una risposta"
    )


def test_more_strength_is_more_noise() -> None:
    plain = noisy(TEXT, strength=0.0)

    changes = [
        sum(OSA.distance(plain, noisy(TEXT, seed, strength)) for seed in range(50))
        for strength in (0.0, 0.5, 1.0, 2.0)
    ]

    assert changes == sorted(set(changes))


def test_a_slip_is_one_letter() -> None:
    slips = {noisy("appartamento", seed, strength=100) for seed in range(200)}

    assert {OSA.distance("appartamento", slip) for slip in slips} <= {0, 1}
    assert {len(slip) for slip in slips} == {11, 12, 13}


@pytest.mark.parametrize("part", ["info@esempio.it", "www.esempio.it", "{domain}", "45", "2026"])
def test_addresses_numbers_and_placeholders_stay(part: str) -> None:
    assert part in noisy(f"il sito {part} non va", strength=100).split()


def test_the_command_changes_nothing_but_the_text() -> None:
    line = {"id": "1", "text": TEXT, "label": "site_down", "also": ["greeting"]}

    done = CliRunner().invoke(main, input=f"{json.dumps(line)}\n\n")

    assert json.loads(done.output) == {**line, "text": noisy(TEXT)}


def test_usual_words_are_abbreviated() -> None:
    assert noisy("perché", strength=100) in {"xke", "xche"}
