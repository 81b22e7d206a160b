"""Names of other firms and their products, each kind of them one word to the matcher."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml


def with_firms_masked(text: str) -> str:
    """Return a folded text with the name of each firm replaced by a word for its kind.

    So an example about one gym or telephone company teaches about all of them.
    """
    return _names().sub(lambda found: f" firm{_kinds()[found.group()]} ", text)


@cache
def _names() -> re.Pattern[str]:
    """Return a pattern for every name, as a whole word and not within an address."""
    longest_first = sorted(_kinds(), key=lambda name: (-len(name), name))
    names = "|".join(re.escape(name) for name in longest_first)
    return re.compile(rf"(?<![\w@.-])(?:{names})(?![\w@]|[.-]\w)")


@cache
def _kinds() -> Mapping[str, str]:
    source = files("bot.understanding").joinpath("firms.yaml").read_text("utf-8")
    return {str(name): kind for kind, names in yaml.safe_load(source).items() for name in names}
