"""What every answer rests on."""

from datetime import datetime

from bot.domain.calendar import DeskCalendar
from bot.domain.drafts import Moment
from bot.domain.knowledge import Knowledge
from bot.ports import Clock


class DeskRules:
    """What every answer rests on: the knowledge, the calendar and the time."""

    def __init__(self, knowledge: Knowledge, calendar: DeskCalendar, clock: Clock) -> None:
        self.knowledge = knowledge
        self.calendar = calendar
        self.clock = clock

    def moment(self, now: datetime | None = None) -> Moment:
        """Return the present moment, by the desk's calendar."""
        return Moment(now=now or self.clock.now(), calendar=self.calendar)
