"""YAML read with the line of every value, so that a fault can say where it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge_files.findings import Finding, Place

Path_ = tuple[str | int, ...]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, kw_only=True)
class Document:
    """A YAML file: its data, and the line of each value by its path in the data."""

    file: str
    data: Any
    lines: Mapping[Path_, int]

    def place(self, *path: str | int) -> Place:
        """Return where a value stands, or the nearest thing around it."""
        for size in range(len(path), -1, -1):
            if path[:size] in self.lines:
                return Place(file=self.file, line=self.lines[path[:size]])
        return Place(file=self.file, line=1)


def read_document(path: Path) -> tuple[Document | None, list[Finding]]:
    """Return a file's content with its lines, or the reasons why it cannot be read."""
    lines: dict[Path_, int] = {}
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=_LOADER)
        data = None if node is None else _value(node, (), lines)
    except (OSError, UnicodeDecodeError) as error:
        return None, [Place(file=str(path), line=0).error(f"It cannot be read: {error}.", _SAVE)]
    except yaml.MarkedYAMLError as error:
        return None, [_broken(path, error)]
    except yaml.YAMLError as error:
        return None, [Place(file=str(path), line=0).error(f"It is no YAML: {error}.", _SAVE)]
    if node is None:
        return None, [
            Place(file=str(path), line=1).error("The file is empty.", "Fill or delete it.")
        ]
    faults = [
        Place(file=str(path), line=line).error(f"The key {key!r} stands here twice.", "Keep one.")
        for key, line in _repeated(node)
    ]
    return Document(file=str(path), data=data, lines=lines), faults


_SAVE = "Save it as plain text in UTF-8."


def _broken(path: Path, error: yaml.MarkedYAMLError) -> Finding:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 0
    cure = "Mend the line; put texts with : # { or quotes in them between double quotes."
    return Place(file=str(path), line=line).error(f"It is no YAML: {error.problem}.", cure)


def _repeated(node: yaml.Node) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if _key(key) in seen:
                yield _key(key), key.start_mark.line + 1
            seen.add(_key(key))
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated(item)


def _value(node: yaml.Node, path: Path_, lines: dict[Path_, int]) -> Any:  # noqa: ANN401 - any YAML
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return {_key(key): _value(value, (*path, _key(key)), lines) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, at), lines) for at, item in enumerate(node.value)]
    return _scalar(node)


def _key(node: yaml.Node) -> str:
    """Return a key as it is written; ``{{name}}`` without quotes makes a key of a mapping."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else "{…}"


def _scalar(node: yaml.Node) -> Any:  # noqa: ANN401 - any YAML
    constructor = yaml.constructor.SafeConstructor()
    try:
        return constructor.construct_object(node)
    except ValueError:  # Such as 30 February; the shape of the file then says what it should be.
        return node.value
