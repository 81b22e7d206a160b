"""The repository as its rules see it."""

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_MADE = {"node_modules", "__pycache__", "build", "dist", "htmlcov", "var"}
_ROW = re.compile(r"^\| `([^`\s]+)[^`]*`", re.MULTILINE)


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def files() -> list[Path]:
    """Return every file that is or may become part of the repository."""
    try:
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S603 - fixed words
        found = {ROOT / name for name in listed.decode().split("\0") if name}
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive
        found = set(_walked(ROOT))
    return sorted(path for path in found if path.is_file())


def texts(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Yield the names and contents of those files that hold text."""
    for path in paths:
        try:
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def pages() -> list[Path]:
    """Return the documentation, beginning with the README."""
    return [path for path in files() if path.suffix == ".md" and "vendor" not in path.parts]


def rows(page: str) -> list[str]:
    """Return the first words of table rows that begin in code type."""
    return _ROW.findall(page)


def _walked(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            hidden = path.name.startswith(".") and path.name != ".ci"
            if not hidden and path.name not in _MADE and not path.name.endswith(".egg-info"):
                yield from _walked(path)
        elif path.name != ".env":
            yield path
