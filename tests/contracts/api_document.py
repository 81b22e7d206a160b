"""docs/reference/api/contracts.yaml, and judging by it."""

import json
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

FOLDER = Path(__file__).parents[2] / "docs/reference/api"
DOCUMENT = yaml.safe_load((FOLDER / "contracts.yaml").read_text("utf-8"))
CONTRACT = json.loads((FOLDER / "contract.json").read_text("utf-8"))


def faults(name: str, value: Any) -> list[str]:  # noqa: ANN401 - JSON
    """Return what a value has against one of the document's schemas."""
    files = {"contracts.yaml": DOCUMENT, "contract.json": CONTRACT}
    registry = Registry[Any]().with_resources(
        (f"file:///{file}", DRAFT202012.create_resource(contents))
        for file, contents in files.items()
    )
    schema = {"$ref": f"file:///contracts.yaml#/components/schemas/{name}"}
    checker = Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())
    return [error.message for error in checker.iter_errors(value)]
