"""Having a colleague step in at one of all the moments in which a turn waits for something."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction

AFTERWARDS_TOO = frozenset({"accept", "commit"})
"""What is stored when these return may be acted upon before anything else is awaited."""
ANYWAY = frozenset({"due"})
"""What is asked again and again, whether or not there is a turn."""


class Interruption:
    """Something that happens when fakes are awaited for a given time, counted from 1."""

    def __init__(self, at: int, act: Callable[[], Awaitable[None]]) -> None:
        self._left = at
        self._act = act
        self.has_come = False
        self.where = ""

    def watch(self, *fakes: object) -> None:
        """Count the awaits of each public method of these."""
        for fake in fakes:
            for name in set(dir(type(fake))) - ANYWAY:
                method = getattr(fake, name)
                if not name.startswith("_") and iscoroutinefunction(method):
                    setattr(fake, name, self._counted(name, method))

    def _counted(
        self, name: str, method: Callable[..., Awaitable[object]]
    ) -> Callable[..., Awaitable[object]]:
        async def counted(*args: object, **kwargs: object) -> object:
            await self._count(name)
            done = await method(*args, **kwargs)
            if name in AFTERWARDS_TOO:
                await self._count(f"after {name}")
            return done

        return counted

    async def _count(self, where: str) -> None:
        self._left -= 1
        if self._left == 0 and not self.has_come:
            self.has_come, self.where = True, where
            await self._act()
