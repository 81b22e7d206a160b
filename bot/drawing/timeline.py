"""Draws the steps of a domain as a PNG that reads well on a telephone."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from fontpkg.pil import truetype
from PIL import Image, ImageDraw, ImageFont

from bot.domain.messages import Picture, PictureStep, StepState

WIDTH = 1080
"""Pixels; telephones show it at about a third of that."""

_MARGIN, _BAR, _ROW, _ROW_NOW, _GAP = 64, 96, 164, 228, 12
_TITLE, _NAME, _DAYS, _NOTE, _SMALLEST = 56, 52, 42, 34, 28
_PLAIN, _BOLD = 400, 700
_BETWEEN = 14
"""Pixels between lines of a step."""
_COLOURS = 32
"""As many are enough for the edges of letters, and keep the file small."""

_Ink = tuple[int, int, int]
_INK, _FAINT, _PAPER = (24, 32, 43), (91, 102, 117), (255, 255, 255)


@dataclass(frozen=True, kw_only=True)
class _Look:
    """How a step looks: its bar, what stands in it, and its row. Never by colour alone."""

    bar: _Ink
    edge: _Ink
    row: _Ink
    ink: _Ink


_LOOKS = {
    # Blue and orange are told apart by everybody, and differ in brightness as well.
    StepState.PAST: _Look(bar=(171, 180, 191), edge=(171, 180, 191), row=_PAPER, ink=_FAINT),
    StepState.NOW: _Look(bar=(0, 90, 156), edge=(0, 90, 156), row=(226, 239, 250), ink=_INK),
    StepState.LATER: _Look(bar=_PAPER, edge=(132, 143, 156), row=_PAPER, ink=_INK),
}
_TODAY = (176, 72, 0)


def timeline_png(picture: Picture) -> bytes:
    """Return a picture as PNG; the same picture gives the same bytes."""
    title, note = _title_lines(picture.title), _lines(picture.note)
    heights = [_ROW_NOW if one.state is StepState.NOW else _ROW for one in picture.steps]
    top = 56 + len(title) * (_TITLE + 20) + 24
    below = top + sum(heights) + 20
    image = Image.new("RGB", (WIDTH, below + len(note) * (_NOTE + 14) + 40), _PAPER)
    draw = ImageDraw.Draw(image)
    for at, line in enumerate(title):
        font = _fitting(line, _TITLE, _BOLD, WIDTH - 2 * _MARGIN)
        draw.text((_MARGIN, 40 + at * (_TITLE + 20)), line, fill=_INK, font=font)
    for step, height in zip(picture.steps, heights, strict=True):
        _step(draw, step, (top, top + height - _GAP), picture.today)
        top += height
    draw.multiline_text(
        (_MARGIN, below), "\n".join(note), fill=_FAINT, font=_font(_NOTE), spacing=12
    )
    return _packed(image)


def _title_lines(title: str) -> list[str]:
    """Return the title, its last word on a line of its own where it is long."""
    fits = _font(_TITLE, _BOLD).getlength(title) <= WIDTH - 2 * _MARGIN
    return [title] if fits else title.rsplit(" ", 1)


def _step(draw: ImageDraw.ImageDraw, step: PictureStep, rows: tuple[int, int], today: str) -> None:
    look, (top, bottom) = _LOOKS[step.state], rows
    if step.state is StepState.NOW:
        frame = (_MARGIN - 24, top - 8, WIDTH - 40, bottom + 8)
        draw.rounded_rectangle(frame, radius=28, fill=look.row)
    bar = (_MARGIN, top, _MARGIN + _BAR, bottom)
    draw.rounded_rectangle(bar, radius=20, fill=look.bar, outline=look.edge, width=5)
    _sign(draw, step.state, ((bar[0] + bar[2]) // 2, (top + bottom) // 2))
    left, room = _MARGIN + _BAR + 40, WIDTH - _MARGIN - _BAR - 40 - _MARGIN
    lines = _texts(step, look, today)
    y = (top + bottom - sum(size + _BETWEEN for _, size, _, _ in lines)) // 2 - 6
    for text, size, weight, ink in lines:
        font = _fitting(text, size, weight, room)
        draw.text((left, y), text, fill=ink, font=font, anchor="la")
        y += size + _BETWEEN


def _texts(step: PictureStep, look: _Look, today: str) -> list[tuple[str, int, int, _Ink]]:
    """Return the lines of a step with size, weight and ink."""
    lines = [(step.name, _NAME, _BOLD, look.ink)]
    if step.days:
        lines.append((step.days, _DAYS, _PLAIN, look.ink))
    if step.state is StepState.NOW:
        lines.append((today, _DAYS, _BOLD, _TODAY))
    return lines


def _sign(draw: ImageDraw.ImageDraw, state: StepState, middle: tuple[int, int]) -> None:
    """Draw what tells the states apart without colour: a tick, a full dot, an empty ring."""
    x, y = middle
    if state is StepState.PAST:
        draw.line((x - 22, y, x - 6, y + 18, x + 24, y - 20), fill=_PAPER, width=9, joint="curve")
    elif state is StepState.NOW:
        draw.ellipse((x - 20, y - 20, x + 20, y + 20), fill=_PAPER)
    else:
        draw.ellipse((x - 18, y - 18, x + 18, y + 18), outline=(132, 143, 156), width=5)


@lru_cache(maxsize=64)
def _font(size: int, weight: int = _PLAIN) -> ImageFont.FreeTypeFont:
    """Return the font of pictures, read once for each size and weight."""
    font: ImageFont.FreeTypeFont = truetype("Open Sans", size, weight=weight)
    return font


def _fitting(text: str, size: int, weight: int, room: int) -> ImageFont.FreeTypeFont:
    """Return the largest font up to ``size`` in which a text fits, or the smallest readable."""
    while size > _SMALLEST and _font(size, weight).getlength(text) > room:
        size -= 2
    return _font(size, weight)


def _lines(text: str) -> list[str]:
    """Return the small print broken between words."""
    font, lines = _font(_NOTE), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > WIDTH - 2 * _MARGIN:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _packed(image: Image.Image) -> bytes:
    packed = image.quantize(_COLOURS, dither=Image.Dither.NONE)
    file = BytesIO()
    packed.save(file, "PNG", optimize=True)
    return file.getvalue()
