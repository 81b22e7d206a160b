"""A billing system tells of a payment, and the customer who waits hears it at once."""

from pathlib import Path

from tests.cli.contract_files import PHONE, a_contract, a_file, suspended
from tests.e2e.conftest import Start
from tests.e2e.program import HTTP, until
from tests.e2e.rigs import Twilio
from tests.e2e.words import question, sentence

TOKEN = "only-the-billing-system-knows"


def test_who_waits_hears_that_services_are_back(
    start: Start, twilio: Twilio, tmp_path: Path
) -> None:
    desk = start(twilio, SPORTELLO_PUSH_TOKEN=TOKEN)
    expires = {"expires_on": "today+200d"}
    assert desk.run(
        "contracts", "import", str(a_file(tmp_path, suspended("C-1", **expires)))
    ).stdout
    twilio.write(f"{desk.base}/webhooks/twilio", PHONE, question("human_handoff"))
    until(lambda: twilio.accepted(PHONE))

    paid = a_contract("C-1", expires_on="2027-03-10")
    for _ in range(2):
        answer = HTTP.put(
            f"{desk.base}/api/contracts/C-1",
            json=paid,
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        assert answer.status_code == 200, answer.text
    until(lambda: len(twilio.accepted(PHONE)) >= 2)

    assert [
        sentence("services_back").partition("{")[0] in said for said in twilio.accepted(PHONE)
    ] == [
        False,
        True,
    ]
