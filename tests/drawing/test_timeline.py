from dataclasses import replace
from io import BytesIO

import pytest
from fontpkg.pil import truetype
from PIL import Image

from bot.domain.messages import Picture, PictureStep, StepState
from bot.drawing.timeline import WIDTH, timeline_png
from tests.builders import a_picture

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789àèéìíòóùúÀÈÉÌÒÙ€«».,;:-()"


def drawn(picture: Picture) -> Image.Image:
    image = Image.open(BytesIO(timeline_png(picture)))
    assert image.format == "PNG"
    return image


def now_at(at: int) -> Picture:
    """Return the same picture with today in another step."""
    states = [StepState.PAST] * at + [StepState.NOW] + [StepState.LATER] * (4 - at)
    picture = a_picture()
    steps = zip(picture.steps, states, strict=True)
    return replace(picture, steps=tuple(replace(step, state=state) for step, state in steps))


def test_it_is_as_wide_as_a_telephone_wants_and_small_to_send() -> None:
    png = timeline_png(a_picture())

    assert drawn(a_picture()).width == WIDTH
    assert len(png) < 60_000


def test_the_same_picture_has_the_same_bytes() -> None:
    assert timeline_png(a_picture()) == timeline_png(a_picture())


@pytest.mark.parametrize("at", range(5))
def test_the_step_of_today_is_the_one_on_blue_ground(at: int) -> None:
    image = drawn(now_at(at)).convert("RGB")
    right = [image.getpixel((WIDTH - 60, y)) for y in range(image.height)]
    coloured = [y for y, pixel in enumerate(right) if pixel != (255, 255, 255)]

    assert coloured == [*range(coloured[0], coloured[-1] + 1)]
    middle = (coloured[0] + coloured[-1]) / 2 / image.height
    assert at == min(range(5), key=lambda one: abs(middle - _middle_of(one)))


def _middle_of(at: int) -> float:
    """Return about where the middle of a step lies, from 0 (top) to 1."""
    return 0.2 + 0.145 * at


def test_steps_differ_without_colours_too() -> None:
    """Who tells no colours apart still sees a tick, a dot and a ring."""
    grey = drawn(now_at(2)).convert("L")
    past, now, later = (grey.crop((64, top, 160, top + 140)) for top in (152, 480, 708))

    darkest = {name: min(one.tobytes()) for name, one in (("past", past), ("now", now))}
    assert darkest["now"] < darkest["past"] - 50
    filled = [sum(shade < 250 for shade in one.tobytes()) for one in (past, now, later)]
    assert filled[2] < filled[0] / 2
    assert len({one.tobytes() for one in (past, now, later)}) == 3


def test_every_letter_of_the_two_languages_has_a_shape() -> None:
    """Pillow's own font draws a box in place of accented letters."""
    font = truetype("Open Sans", 40)
    box = bytes(font.getmask("\U0010ffff"))

    assert [letter for letter in LETTERS if bytes(font.getmask(letter)) == box] == []


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("Le fasi di a.it", id="short"),
        pytest.param("Le fasi di " + "nome-lungo-" * 5 + ".it", id="on-two-lines"),
        pytest.param("x" * 300, id="longer-than-any-domain"),
        pytest.param("", id="none"),
    ],
)
def test_any_title_leaves_the_margin_white(title: str) -> None:
    image = drawn(replace(a_picture(), title=title)).convert("RGB")

    assert {image.getpixel((8, y)) for y in range(image.height)} == {(255, 255, 255)}


def test_a_picture_without_small_print_is_shorter() -> None:
    assert drawn(replace(a_picture(), note="")).height < drawn(a_picture()).height


def test_a_picture_may_have_any_number_of_steps() -> None:
    step = PictureStep(name="Attivo", days="", state=StepState.NOW)

    assert (
        drawn(replace(a_picture(), steps=())).height
        < drawn(replace(a_picture(), steps=(step,))).height
    )
