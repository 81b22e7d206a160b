from datetime import date

import pytest

from bot.domain.contract import Service, ServiceKind, Standing
from bot.domain.conversation import Conversation, HandoverReason, Status, hand_over
from bot.domain.errors import ContractNotFound, FileUnavailable, WrongStatus
from bot.domain.knowledge import Assurance
from bot.domain.messages import Attachment, ChannelLimits, MessageKind
from bot.domain.registry import Phase
from bot.ports import Author, Entry, LiveEvent
from bot.service.desk import Desk
from bot.service.overview import Overview, UnknownConversation
from tests.builders import CHAT, NOW, PHONE, a_contract, a_conversation, a_turn, an_inbound
from tests.fake_conversations import FakeConversations
from tests.fakes import FakeChannel, FakeContracts
from tests.service.meanwhile import meanwhile
from tests.service.office import Office

WAITING = hand_over(a_conversation(phone=PHONE), HandoverReason.ASKED, NOW)


@pytest.fixture(autouse=True)
async def _waiting(store: FakeConversations) -> None:
    """A customer with a contract waits for a person."""
    await store.accept([an_inbound("Voglio un operatore")])
    await store.commit(a_turn(None, conversation=WAITING, inbox_ids=(1,)))


async def chat_of(store: FakeConversations) -> Conversation:
    found = await store.conversation(CHAT)
    assert found is not None
    return found


async def last_of(store: FakeConversations) -> Entry:
    return (await store.transcript(CHAT))[-1]


async def test_a_chat_is_taken_by_name(desk: Desk, store: FakeConversations) -> None:
    await desk.claim(CHAT, "Anna")

    chat, event = await chat_of(store), await last_of(store)
    assert (chat.status, chat.owner) == (Status.STAFF, "Anna")
    assert (event.event, event.name) == ("claim", "Anna")


async def test_of_two_colleagues_the_second_hears_who_was_first(
    desk: Desk, store: FakeConversations
) -> None:
    await desk.claim(CHAT, "Anna")

    with pytest.raises(WrongStatus, match="Anna has already taken"):
        await desk.claim(CHAT, "Bruno")

    assert (await chat_of(store)).owner == "Anna"


async def test_of_two_colleagues_at_the_same_moment_one_wins(
    desk: Desk, store: FakeConversations
) -> None:
    meanwhile(store, "commit", lambda: desk.claim(CHAT, "Anna"))

    with pytest.raises(WrongStatus, match="Anna was faster"):
        await desk.claim(CHAT, "Bruno")

    assert (await chat_of(store)).owner == "Anna"


async def test_who_is_overtaken_by_the_bot_is_told_to_look_again(
    desk: Desk, store: FakeConversations
) -> None:
    chat = a_conversation("whatsapp:2")
    waiting = hand_over(chat, HandoverReason.ASKED, NOW)
    await store.accept([an_inbound("Salve", chat.id)])
    meanwhile(store, "commit", lambda: store.commit(a_turn(chat, conversation=waiting)))

    with pytest.raises(WrongStatus, match="Somebody was faster: look at the chat again"):
        await desk.claim(chat.id, "Anna")

    assert await store.conversation(chat.id) == waiting


async def test_a_reply_takes_the_chat_and_goes_out(
    office: Office, desk: Desk, store: FakeConversations, channel: FakeChannel
) -> None:
    await desk.reply(CHAT, "Anna", " Eccomi ")
    await office.idle()

    chat = await chat_of(store)
    assert (chat.status, chat.owner) == (Status.STAFF, "Anna")
    assert channel.sent == ["Eccomi"]


async def test_only_the_first_reply_is_a_claim(desk: Desk, store: FakeConversations) -> None:
    await desk.reply(CHAT, "Anna", "Eccomi")
    await desk.reply(CHAT, "Anna", "Mi dica")

    told = [(entry.author, entry.text, entry.event) for entry in await store.transcript(CHAT)]

    assert told[1:] == [
        (Author.EVENT, "", "claim"),
        (Author.STAFF, "Eccomi", ""),
        (Author.STAFF, "Mi dica", ""),
    ]


async def test_a_long_reply_goes_out_in_parts(
    office: Office, desk: Desk, channel: FakeChannel
) -> None:
    channel.limits = ChannelLimits(text=10, buttons=3, button_text=20)

    await desk.reply(CHAT, "Anna", "Eccomi. Mi dica")
    await office.idle()

    assert channel.sent == ["Eccomi.", "Mi dica"]


async def test_a_reply_is_kept_also_if_its_channel_is_off(
    desk: Desk, store: FakeConversations
) -> None:
    await store.accept([an_inbound("Ciao", "telegram:1")])

    await desk.reply("telegram:1", "Anna", "Eccomi")

    assert "Eccomi" in [entry.text for entry in await store.transcript("telegram:1")]


async def test_nobody_answers_in_a_colleagues_chat(
    office: Office, desk: Desk, channel: FakeChannel
) -> None:
    await desk.claim(CHAT, "Anna")

    with pytest.raises(WrongStatus, match="Anna"):
        await desk.reply(CHAT, "Bruno", "Eccomi")
    await office.idle()

    assert channel.sent == []


async def test_a_note_is_for_colleagues_and_changes_nothing(
    office: Office, desk: Desk, store: FakeConversations, channel: FakeChannel
) -> None:
    before = await chat_of(store)

    await desk.note(CHAT, "Bruno", "già cliente")
    await office.idle()

    note = await last_of(store)
    assert await chat_of(store) == before
    assert (note.author, note.text, note.name) == (Author.NOTE, "già cliente", "Bruno")
    assert channel.sent == []


@pytest.mark.parametrize("step", ["reply", "note"])
@pytest.mark.parametrize("text", ["", "  \n", "\x00"])
async def test_nothing_is_said_without_words(
    desk: Desk, store: FakeConversations, step: str, text: str
) -> None:
    with pytest.raises(ValueError, match="Write something"):
        await getattr(desk, step)(CHAT, "Anna", text)

    assert await chat_of(store) == WAITING


async def test_who_gives_a_chat_back_lets_the_bot_speak(
    desk: Desk, store: FakeConversations
) -> None:
    await desk.claim(CHAT, "Anna")

    await desk.give_back(CHAT, "Anna")

    chat = await chat_of(store)
    assert (chat.status, chat.owner) == (Status.BOT, "")
    assert (await last_of(store)).event == "give_back"


async def test_a_closed_chat_cannot_be_taken(desk: Desk, store: FakeConversations) -> None:
    await desk.claim(CHAT, "Anna")

    await desk.close(CHAT, "Anna")

    assert (await last_of(store)).event == "close"
    assert (await chat_of(store)).status is Status.CLOSED
    with pytest.raises(WrongStatus, match="closed"):
        await desk.claim(CHAT, "Anna")


@pytest.mark.parametrize("step", ["give_back", "close"])
async def test_only_who_holds_a_chat_may_end_it(
    desk: Desk, store: FakeConversations, step: str
) -> None:
    await desk.claim(CHAT, "Anna")

    with pytest.raises(WrongStatus, match="Anna holds"):
        await getattr(desk, step)(CHAT, "Bruno")

    assert (await chat_of(store)).owner == "Anna"


async def test_a_colleagues_word_makes_a_sender_known(
    desk: Desk, overview: Overview, store: FakeConversations
) -> None:
    await desk.vouch(CHAT, "Anna", "C1")

    event = await last_of(store)
    assert (await overview.view(CHAT)).assurance is Assurance.VERIFIED
    assert (event.event, event.text, event.name) == ("vouch", "C1", "Anna")


async def test_nobody_vouches_for_a_contract_that_is_none(
    desk: Desk, store: FakeConversations
) -> None:
    with pytest.raises(ContractNotFound, match="C9"):
        await desk.vouch(CHAT, "Anna", "C9")

    assert (await chat_of(store)).vouched_for == ""


@pytest.mark.parametrize(
    ("step", "details"),
    [
        pytest.param("claim", ("Anna",), id="claim"),
        pytest.param("reply", ("Anna", "Eccomi"), id="reply"),
        pytest.param("note", ("Anna", "nota"), id="note"),
        pytest.param("give_back", ("Anna",), id="give-back"),
        pytest.param("close", ("Anna",), id="close"),
        pytest.param("vouch", ("Anna", "C1"), id="vouch"),
    ],
)
async def test_a_chat_nobody_opened_is_unknown(
    desk: Desk, step: str, details: tuple[str, ...]
) -> None:
    with pytest.raises(UnknownConversation):
        await getattr(desk, step)("whatsapp:9", *details)


async def test_a_chat_nobody_opened_cannot_be_seen(overview: Overview) -> None:
    with pytest.raises(UnknownConversation):
        await overview.view("whatsapp:9")


async def test_staff_see_the_chat_and_its_contracts(
    overview: Overview, source: FakeContracts
) -> None:
    domain = Service(kind=ServiceKind.DOMAIN, name="uno.example", registry_status=("ok",))
    record = a_contract("C1", PHONE, services=(domain,))
    await source.replace_all([record])

    view = await overview.view(CHAT)

    (card,) = view.cards
    assert view.conversation == WAITING
    assert [entry.text for entry in view.transcript] == ["Voglio un operatore"]
    assert (view.assurance, view.source_silent) == (Assurance.CONTACT, False)
    assert (card.record, card.standing, card.phase) == (record, Standing.ACTIVE, Phase.ACTIVE)
    assert card.timeline.last_cancellation_day == date(2027, 6, 15)


async def test_staff_see_that_the_source_is_silent(
    overview: Overview, source: FakeContracts
) -> None:
    source.silent = True

    view = await overview.view(CHAT)

    assert (view.cards, view.source_silent) == ([], True)


async def test_open_screens_hear_of_every_step(office: Office, desk: Desk) -> None:
    async with office.feed.subscribe() as screen:
        await desk.claim(CHAT, "Anna")

        assert await screen.next() == LiveEvent(conversation_id=CHAT, kind="status")


RECEIPT = Attachment(media_type="image/jpeg", url="https://vendor.example/1")


@pytest.mark.parametrize("at", [1, -1])
async def test_a_file_that_nobody_sent_is_not_there(
    overview: Overview, store: FakeConversations, at: int
) -> None:
    message = an_inbound("", vendor_id="2", kind=MessageKind.MEDIA, attachments=(RECEIPT,))
    await store.accept([message])
    entry = next(one for one in await store.transcript(CHAT) if one.attachments)

    for asked in ((entry.id, at), ("i999", 0)):
        with pytest.raises(FileUnavailable):
            await overview.file(CHAT, *asked)
