"""Files of contracts for the import."""

import json
from pathlib import Path
from typing import Any

PHONE = "+390000000001"


def a_contract(contract_id: str = "C-1", **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return an active contract as the import reads it."""
    return {
        "contract_id": contract_id,
        "customer": {"customer_id": "K-1", "kind": "person", "name": "Prova"},
        "contacts": [{"name": "Prova", "phone": PHONE}],
        "expires_on": "2027-03-10",
        "services": [{"kind": "domain", "name": "prova.example", "registry_state": "ok"}],
    } | facts


def suspended(contract_id: str = "C-2", **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a contract whose invoice of October 2026 was not paid."""
    invoice = {"number": "1", "issued_on": "2026-10-01", "due_on": "2026-10-20"}
    return a_contract(contract_id, invoices=[invoice], **facts)


def a_file(folder: Path, *contracts: dict[str, Any], name: str = "contracts.json") -> Path:
    path = folder / name
    path.write_text(json.dumps({"contracts": contracts}), "utf-8")
    return path
