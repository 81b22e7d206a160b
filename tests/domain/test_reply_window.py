from datetime import datetime, timedelta

import pytest

from bot.domain.reply_window import is_open, reply_time_left, time_left
from tests.builders import NOW

DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("waited", "left"),
    [
        pytest.param(timedelta(0), DAY, id="just-written"),
        pytest.param(timedelta(hours=23), timedelta(hours=1), id="last-hour"),
        pytest.param(DAY, timedelta(0), id="closes-on-the-dot"),
        pytest.param(timedelta(days=9), timedelta(0), id="long-closed"),
        pytest.param(-timedelta(seconds=3), DAY, id="vendor-clock-ahead"),
    ],
)
def test_the_window_shrinks_but_never_goes_below_zero(waited: timedelta, left: timedelta) -> None:
    assert reply_time_left(NOW, NOW + waited, DAY) == left


@pytest.mark.parametrize(
    ("last", "now"),
    [
        pytest.param(NOW.replace(tzinfo=None), NOW, id="last-message"),
        pytest.param(NOW, NOW.replace(tzinfo=None), id="now"),
    ],
)
def test_a_time_without_a_timezone_is_no_guess(last: datetime, now: datetime) -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        reply_time_left(last, now, DAY)


@pytest.mark.parametrize(
    ("written_ago", "window", "left"),
    [
        pytest.param(None, None, None, id="no-such-rule"),
        pytest.param(timedelta(days=9), None, None, id="no-such-rule-and-long-ago"),
        pytest.param(DAY - timedelta(seconds=1), DAY, timedelta(seconds=1), id="just-within"),
        pytest.param(DAY, DAY, timedelta(0), id="just-over"),
        pytest.param(None, DAY, timedelta(0), id="never-written"),
    ],
)
def test_a_channel_lets_us_write_for_a_while_after_the_customers_last_message(
    written_ago: timedelta | None, window: timedelta | None, left: timedelta | None
) -> None:
    last = NOW - written_ago if written_ago is not None else None

    assert time_left(last, NOW, window) == left
    assert is_open(last, NOW, window) is (left != timedelta(0))
