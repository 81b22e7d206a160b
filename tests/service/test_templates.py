"""Having a vendor keep our templates."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.errors import DeliveryError
from bot.domain.knowledge import Notice
from bot.ports import Blueprint, VendorTemplate
from bot.service.templates import READ_EVERY, Shelf, TemplateSync, blueprints, choice_name
from bot.service.workers import Spawn
from tests.fakes import FakeTemplates
from tests.knowledge_sample import a_knowledge, same
from tests.service.hurried import passes

HELLO = Blueprint(name="hello", kind="text", body="Buongiorno a Lei.", category="UTILITY")
CHOICE = Blueprint(name="choice", kind="quick", count=2)


class FakeVendor:
    """Keeps what it is given; approves as it is told."""

    def __init__(self) -> None:
        self.kept: dict[str, Blueprint] = {}
        self.status, self.reason = "", ""
        self.submitted: list[str] = []
        self.calls = 0
        self.fails_at = -1

    def digest(self, blueprint: Blueprint) -> str:
        return repr(blueprint)

    async def exists(self, vendor_id: str) -> bool:
        return vendor_id in self.kept

    async def create(self, blueprint: Blueprint) -> str:
        if self.calls == self.fails_at:
            raise DeliveryError("down")
        self.calls += 1
        self.kept[f"HX{self.calls}"] = blueprint
        return f"HX{self.calls}"

    async def delete(self, vendor_id: str) -> None:
        self.kept.pop(vendor_id, None)

    async def submit(self, vendor_id: str, blueprint: Blueprint) -> str:
        self.submitted.append(vendor_id)
        return "received"

    async def approval(self, vendor_id: str) -> tuple[str, str]:
        return self.status, self.reason


@pytest.fixture
def vendor() -> FakeVendor:
    return FakeVendor()


@pytest.fixture
def store() -> FakeTemplates:
    return FakeTemplates()


async def synced(
    vendor: FakeVendor, store: FakeTemplates, *wanted: Blueprint
) -> Sequence[tuple[str, str, str]]:
    work = TemplateSync("whatsapp", vendor, store)
    return [
        (one.template.name, one.what, one.template.approval) async for one in work.sync(wanted)
    ]


async def test_what_is_new_is_made_and_approval_asked_for_where_it_is_needed(
    vendor: FakeVendor, store: FakeTemplates
) -> None:
    assert await synced(vendor, store, HELLO, CHOICE) == [
        ("hello", "created", "received"),
        ("choice", "created", ""),
    ]
    assert vendor.submitted == ["HX1"]
    assert [(one.name, one.vendor_id) for one in await store.of("whatsapp")] == [
        ("choice", "HX2"),
        ("hello", "HX1"),
    ]


async def test_a_second_time_nothing_is_made(vendor: FakeVendor, store: FakeTemplates) -> None:
    await synced(vendor, store, HELLO, CHOICE)
    vendor.status = "pending"

    assert await synced(vendor, store, HELLO, CHOICE) == [
        ("hello", "unchanged", "pending"),
        ("choice", "unchanged", ""),
    ]
    assert (vendor.calls, vendor.submitted) == (2, ["HX1"])
    assert (await store.of("whatsapp"))[1].approval == "pending"


async def test_what_has_changed_is_replaced(vendor: FakeVendor, store: FakeTemplates) -> None:
    await synced(vendor, store, HELLO)
    changed = replace(HELLO, body="Salve a Lei.")

    assert await synced(vendor, store, changed) == [("hello", "updated", "received")]

    assert vendor.kept == {"HX2": changed}
    assert vendor.submitted == ["HX1", "HX2"]


async def test_what_somebody_deleted_at_the_vendor_is_made_again(
    vendor: FakeVendor, store: FakeTemplates
) -> None:
    await synced(vendor, store, CHOICE)
    vendor.kept.clear()

    assert await synced(vendor, store, CHOICE) == [("choice", "updated", "")]
    assert vendor.kept == {"HX2": CHOICE}


async def test_what_is_not_wanted_any_more_goes(vendor: FakeVendor, store: FakeTemplates) -> None:
    await synced(vendor, store, CHOICE, HELLO)

    assert ("choice", "removed", "") in await synced(vendor, store, HELLO)
    assert vendor.kept == {"HX2": HELLO}
    assert [one.name for one in await store.of("whatsapp")] == ["hello"]


async def test_a_rejection_is_kept_with_its_reason(
    vendor: FakeVendor, store: FakeTemplates
) -> None:
    await synced(vendor, store, HELLO)
    vendor.status, vendor.reason = "rejected", "too vague"

    await synced(vendor, store, HELLO)

    (kept,) = await store.of("whatsapp")
    assert (kept.approval, kept.reason) == ("rejected", "too vague")
    assert vendor.submitted == ["HX1"]


async def test_a_sync_that_broke_off_goes_on(vendor: FakeVendor, store: FakeTemplates) -> None:
    vendor.fails_at = 1
    with pytest.raises(DeliveryError):
        await synced(vendor, store, CHOICE, HELLO)
    vendor.fails_at = -1

    assert [what for _, what, _ in await synced(vendor, store, CHOICE, HELLO)] == [
        "unchanged",
        "created",
    ]


def test_there_are_templates_for_choices_and_for_each_notice_in_each_language() -> None:
    notice = Notice(
        name="hello",
        text=same("Sono {colleague} e rispondo"),
        category="UTILITY",
        samples={"colleague": "Maria"},
    )

    wanted = blueprints(replace(a_knowledge(), notices={"hello": notice}))

    names = [one.name for one in wanted]
    assert {choice_name("quick", 3), choice_name("list", 10), choice_name("rows", 1)} <= {*names}
    assert len(set(names)) == len(names) == 3 + 10 + 10 + 2
    italian, english = wanted[-2:]
    assert (italian.name, italian.body) == ("sportello_hello_it", "Sono {{1}} e rispondo")
    assert (english.name, english.body) == ("sportello_hello_en", "Sono {{1}} e rispondo (en)")
    assert (italian.samples, italian.category) == (("Maria",), "UTILITY")


async def test_programs_soon_know_of_new_templates(store: FakeTemplates, spawn: Spawn) -> None:
    shelf = Shelf(store, ["whatsapp"])
    hello = VendorTemplate(name="hello", vendor_id="HX1", digest="d")
    spawn(shelf.keep_fresh())
    await store.save("whatsapp", hello)

    await passes(READ_EVERY * 1.5)

    assert shelf.of("whatsapp") == {"hello": hello}
    assert shelf.of("web") == {}
