"""Names of domains as registries write them."""

import idna

from bot.domain.errors import SourceUnavailable

MAX_DOMAIN_CHARS = 253
"""Source: RFC 1035, section 2.3.4, without the dot at the end."""


def ascii_name(domain: str) -> str:
    """Return a domain in ASCII and lower case, such as ``xn--citt-2na.it`` for ``Città.it``.

    Raises:
        SourceUnavailable: It is no name that a registry could know.
    """
    try:
        name = idna.encode(domain.strip().rstrip("."), uts46=True).decode("ascii").lower()
    except UnicodeError as error:  # Every error of the package is one.
        raise SourceUnavailable("This is no name of a domain.") from error
    if "." not in name or len(name) > MAX_DOMAIN_CHARS:
        raise SourceUnavailable("This is no name of a domain.")
    return name
