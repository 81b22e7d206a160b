from datetime import timedelta

from bot.domain.errors import DeliveryError, Fault, FaultyFile


def test_a_fault_names_file_line_problem_and_cure() -> None:
    fault = Fault(file="a.yaml", line=3, problem="Too long.", cure="Shorten it.")
    whole = Fault(file="b.yaml", line=0, problem="Empty.", cure="Fill it.")

    assert (
        str(FaultyFile([fault, whole]))
        == "a.yaml:3: Too long. Shorten it.\nb.yaml: Empty. Fill it."
    )


def test_a_failed_delivery_says_whether_and_when_to_try_again() -> None:
    error = DeliveryError("busy", permanent=False, retry_after=timedelta(seconds=3))

    assert (str(error), error.permanent, error.retry_after) == (
        "busy",
        False,
        timedelta(seconds=3),
    )
