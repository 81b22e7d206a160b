from datetime import timedelta

import pytest

from bot.domain.news import is_open
from tests.builders import NOW

DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("written_ago", "window", "expected"),
    [
        pytest.param(None, None, True, id="no-such-rule"),
        pytest.param(timedelta(days=9), None, True, id="no-such-rule-and-long-ago"),
        pytest.param(DAY - timedelta(seconds=1), DAY, True, id="just-within"),
        pytest.param(DAY, DAY, False, id="just-over"),
        pytest.param(None, DAY, False, id="never-written"),
    ],
)
def test_a_channel_lets_us_write_for_a_while_after_the_customers_last_message(
    written_ago: timedelta | None, window: timedelta | None, expected: bool
) -> None:
    last = NOW - written_ago if written_ago is not None else None

    assert is_open(last, window, NOW) is expected
