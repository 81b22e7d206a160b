"""Each channel is complete: samples of what its vendor sends, and a place in the docs."""

import pytest

from bot.parts import CHANNELS
from tests.house.repository import ROOT, pages

WITHOUT_WEBHOOK = {"web"}
"""Channels that our own pages speak, so that no vendor calls."""


@pytest.mark.parametrize("name", sorted(CHANNELS.keys() - WITHOUT_WEBHOOK))
def test_a_channel_with_a_webhook_has_samples_of_its_calls(name: str) -> None:
    assert list((ROOT / "tests/channels" / name / "payloads").iterdir())


@pytest.mark.parametrize("name", CHANNELS)
def test_a_channel_is_in_the_docs(name: str) -> None:
    docs = [page.read_text("utf-8").casefold() for page in pages() if "howto" in page.parts]

    assert any(name in page for page in docs)
