from dataclasses import replace

from bot.ports import TemplateStore, VendorTemplate

HELLO = VendorTemplate(name="hello", vendor_id="HX1", digest="d1", approval="pending")


async def test_a_template_is_known_by_its_channel_and_name(templates: TemplateStore) -> None:
    other = VendorTemplate(name="bye", vendor_id="HX2", digest="d2", reason="too long")
    await templates.save("whatsapp", HELLO)
    await templates.save("whatsapp", other)

    assert await templates.of("whatsapp") == [other, HELLO]
    assert await templates.of("telegram") == []


async def test_a_template_takes_the_place_of_that_with_its_name(templates: TemplateStore) -> None:
    newer = replace(HELLO, vendor_id="HX3", digest="d3", approval="approved")
    await templates.save("whatsapp", HELLO)

    await templates.save("whatsapp", newer)

    assert await templates.of("whatsapp") == [newer]


async def test_a_forgotten_template_is_gone(templates: TemplateStore) -> None:
    await templates.save("whatsapp", HELLO)

    await templates.forget("whatsapp", "hello")

    assert await templates.of("whatsapp") == []
