from datetime import date

from bot.domain.contract import Service, ServiceKind
from bot.domain.registry_facts import domains_of, with_registry
from tests.builders import NOW, a_contract, a_domain, a_registry_record

RECORDED = date(2026, 11, 1)
SITE = Service(kind=ServiceKind.SITE, name="c1.it")


def test_each_domain_of_some_contracts_comes_once() -> None:
    first = a_contract("C1", services=(a_domain("b.it"), SITE, a_domain("")))
    second = a_contract("C2", services=(a_domain("a.com"), a_domain("b.it")))

    assert domains_of([first, second]) == ["b.it", "a.com"]


def test_the_registry_knows_better_than_the_record() -> None:
    contract = a_contract("C1", services=(a_domain("c1.it", "ok"), SITE))
    said = a_registry_record("c1.it", "pendingDelete / redemptionPeriod", expires_on=RECORDED)

    told = with_registry(contract, {"c1.it": said})

    assert told.services == (
        a_domain("c1.it", "pendingDelete / redemptionPeriod", registry_expires_on=RECORDED),
        SITE,
    )


def test_a_recorded_day_is_not_put_beside_the_registrys_words() -> None:
    contract = a_contract("C1", services=(a_domain("c1.it", "ok", registry_expires_on=RECORDED),))

    told = with_registry(contract, {"c1.it": a_registry_record("c1.it", "ok")})

    assert told.services[0].registry_expires_on is None


def test_of_a_domain_the_registry_has_forgotten_the_recorded_day_stands() -> None:
    contract = a_contract("C1", services=(a_domain("c1.it", "ok", registry_expires_on=RECORDED),))

    told = with_registry(contract, {"c1.it": a_registry_record("c1.it", "AVAILABLE")})

    assert told.services[0].registry_expires_on == RECORDED


def test_an_old_answer_keeps_its_day() -> None:
    contract = a_contract("C1", services=(a_domain("c1.it", "ok"),))

    told = with_registry(contract, {"c1.it": a_registry_record("c1.it", "ok", silent=True)})

    assert told.services[0].registry_told_at == NOW


def test_where_no_registry_spoke_the_record_stands() -> None:
    contract = a_contract("C1", services=(a_domain("c1.it", "ok"),))

    assert with_registry(contract, {}) == contract
