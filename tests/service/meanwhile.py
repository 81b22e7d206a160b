"""Having something else happen in the middle of a step."""

from collections.abc import Awaitable, Callable

from bot.domain.errors import DatabaseUnavailable


def meanwhile(fake: object, method: str, act: Callable[[], Awaitable[object]]) -> None:
    """Have ``act`` happen first when a method of a fake is called the next time."""
    usual = getattr(fake, method)

    async def once(*args: object, **kwargs: object) -> object:
        setattr(fake, method, usual)
        await act()
        return await usual(*args, **kwargs)

    setattr(fake, method, once)


async def database_away() -> None:
    """Stand for a database that cannot be used for a moment."""
    raise DatabaseUnavailable("The database does not answer.")


async def breaks() -> None:
    """Stand for whatever nobody thought of."""
    raise RuntimeError("broken")
