"""Searching in all chats: the same is found in every database."""

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.files import FileState
from bot.domain.messages import Attachment, MessageKind, clean_text
from bot.domain.searching import terms
from bot.ports import ConversationStore, Evidence, Filters, Search
from bot.store.backing_up import back_up
from bot.store.sqlite import SqliteStore
from tests.builders import CHAT, NOW, a_conversation, a_staff_turn, a_turn, an_inbound, later
from tests.store.backends import BACKENDS, Backend, new_database

VOICE = Attachment(media_type="audio/ogg", url="https://vendor.example/1")


async def found(store: ConversationStore, query: str, **filters: str) -> list[str]:
    """Return what was found: texts of entries, and the ids of people."""
    hits = await store.search(Search(terms=terms(query), filters=Filters(**filters)))
    return [hit.entry.text if hit.entry else hit.conversation.id for hit in hits]


async def a_talk(store: ConversationStore) -> None:
    """A chat in which a customer, the bot and two colleagues have said something."""
    chat = a_conversation()
    (stored,) = await store.accept([an_inbound("La mia CASELLA di posta è piena")])
    named = replace(
        chat, name="Lucia D'Orazio", phone="+393291234567", contract_id="DEMO-0005", epoch=1
    )
    evidence = Evidence(contract_id="IT.77")
    turn = a_turn(
        chat,
        "Liberi spazio.",
        conversation=named,
        inbox_ids=(stored.id,),
        evidence=evidence,
        at=later(1),
    )
    await store.commit(turn)
    await store.commit(a_staff_turn(named, at=later(2), event="note", note="Città: già chiamata"))
    await store.commit(a_staff_turn(named, "Ecco la casella nuova", at=later(3)))
    await store.accept([an_inbound("Perché la casella?", "web:9", received_at=later(9))])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(
            "casella",
            ["Perché la casella?", "Ecco la casella nuova", "La mia CASELLA di posta è piena"],
            id="the-newest-first",
        ),
        pytest.param("perche", ["Perché la casella?"], id="without-accents"),
        pytest.param("PERCHÉ", ["Perché la casella?"], id="with-accents"),
        pytest.param("citta", ["Città: già chiamata"], id="in-notes"),
        pytest.param("casella nuova", ["Ecco la casella nuova"], id="all-words"),
        pytest.param("nuova casella", ["Ecco la casella nuova"], id="in-any-order"),
        pytest.param("spaz", ["Liberi spazio."], id="the-last-word-may-be-unfinished"),
        pytest.param("spaz ", [], id="unless-it-is-finished"),
        pytest.param("spaz liberi", [], id="but-no-other"),
        pytest.param("p", [], id="one-letter-begins-too-much"),
        pytest.param("IT.77", ["Liberi spazio."], id="of-which-contract-it-told"),
        pytest.param("lucia", [CHAT], id="a-name"),
        pytest.param("d\u2019orazio", [CHAT], id="a-name-with-any-apostrophe"),
        pytest.param("+39 329 1234567", [CHAT], id="a-phone-as-it-is-written"),
        pytest.param("0039 3291234567", [CHAT], id="a-phone-from-abroad"),
        pytest.param("329 123 4567", [CHAT], id="a-phone-as-it-is-said"),
        pytest.param("DEMO-0005", [CHAT], id="a-contract"),
        pytest.param("demo 0005 lucia", [CHAT], id="who-by-several-words"),
        pytest.param("", [], id="nothing"),
        pytest.param("?!", [], id="no-words"),
    ],
)
async def test_all_that_was_said_is_found_by_its_words(
    store: ConversationStore, query: str, expected: list[str]
) -> None:
    await a_talk(store)

    assert await found(store, query) == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"channel": "web"}, ["Perché la casella?"]),
        ({"language": "en"}, []),
        ({"reason": "x"}, []),
    ],
)
async def test_a_search_keeps_to_the_filters(
    store: ConversationStore, filters: dict[str, str], expected: list[str]
) -> None:
    await a_talk(store)

    assert await found(store, "casella", **filters) == expected


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "casella AND",
        "NOT casella",
        "words : casella",
        "casella*",
        "^casella",
        "NEAR(casella posta)",
        "' & !casella | <->",
        "casella:*",
        "casella\\",
        "\0casella",
        "?",
        "%s",
        "-casella",
        "x" * 5_000,
        "a " * 5_000,
    ],
)
async def test_signs_and_operators_mean_nothing_and_break_nothing(
    store: ConversationStore, query: str
) -> None:
    await a_talk(store)

    await found(store, query)


async def test_one_word_is_found_whatever_signs_stand_around_it(store: ConversationStore) -> None:
    await a_talk(store)

    for query in ('"casella"', "casella*", "(casella)", "'casella'", "casella:*"):
        assert len(await found(store, query)) == 3


async def test_who_is_found_comes_before_what_was_said(store: ConversationStore) -> None:
    await a_talk(store)
    await store.accept([an_inbound("Lucia non c'è", "web:9", received_at=later(99))])

    assert await found(store, "lucia") == [CHAT, "Lucia non c'è"]


async def test_who_changes_their_name_is_found_by_the_new_one(store: ConversationStore) -> None:
    await a_talk(store)
    chat = await store.conversation(CHAT)
    assert chat
    await store.commit(a_turn(chat, conversation=replace(chat, name="Studio Verdi")))

    assert await found(store, "lucia") == []
    assert await found(store, "verdi") == [CHAT]


async def test_an_edited_message_is_found_by_its_new_words(store: ConversationStore) -> None:
    await store.accept([an_inbound("Il sito è giu", message_id="7")])
    edit = an_inbound(
        "Il sito è giù da ieri", vendor_id="8", message_id="7", kind=MessageKind.EDIT
    )
    await store.accept([edit])

    assert await found(store, "sito") == ["Il sito è giù da ieri"]


async def test_the_list_of_what_was_found_ends_somewhere(store: ConversationStore) -> None:
    await a_talk(store)

    hits = await store.search(Search(terms=terms("casella"), limit=2))

    assert [hit.entry.text for hit in hits if hit.entry] == [
        "Perché la casella?",
        "Ecco la casella nuova",
    ]


@pytest.mark.parametrize("backend", BACKENDS)
async def test_what_a_voice_note_says_is_found(backend: str, tmp_path: Path) -> None:
    async with BACKENDS[backend](tmp_path) as opened:
        note = an_inbound("", kind=MessageKind.VOICE, attachments=(VOICE,))
        await opened.conversations.accept([note])
        entry = await the_voice_of(opened)

        await opened.files.note_words(CHAT, entry, "Buongiorno, chiamo dalla tipografia")

        (hit,) = await opened.conversations.search(Search(terms=terms("tipografia")))
        assert hit.entry
        assert hit.entry.id == entry


async def the_voice_of(opened: Backend) -> str:
    (number,) = await opened.files.due(NOW, 1)
    await opened.files.claim(number, NOW, NOW + timedelta(minutes=1))
    await opened.files.keep(number, "audio/ogg", b"x", "")
    (entry,) = await opened.conversations.transcript(CHAT)
    assert entry.files[0].state is FileState.KEPT
    return entry.id


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.text(max_size=60), max_size=6), query=st.text(max_size=60))
def test_every_store_finds_the_same(texts: list[str], query: str) -> None:
    asked = [query, *(text[: len(text) * 2 // 3] for text in texts)]

    told = [
        asyncio.run(_told(name, [clean_text(one) for one in texts], asked)) for name in BACKENDS
    ]

    assert told == [told[0]] * len(told)


async def _told(backend: str, texts: list[str], asked: list[str]) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        async with BACKENDS[backend](Path(folder)) as opened:
            for number, text in enumerate(texts):
                note = an_inbound(text, vendor_id=f"{number}", received_at=later(number))
                await opened.conversations.accept([note])
            return [await found(opened.conversations, one) for one in asked]


async def test_what_is_erased_leaves_no_word_behind(tmp_path: Path) -> None:
    path = new_database(tmp_path)
    store = SqliteStore.open(path, owner=True)
    for number in range(30):
        text = f"parolasegreta{number} zzz"
        await store.conversations.accept([an_inbound(text, f"web:{number}")])
    others = [f"web:{number}" for number in range(29)]

    await store.people.erase(others)

    assert len(await found(store.conversations, "parolasegreta")) == 1
    await store.close()
    kept = path.read_bytes()
    assert b"parolasegreta29" in kept
    assert b"parolasegreta1" not in kept
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO said_words (said_words) VALUES ('integrity-check')")


async def test_a_copy_can_be_searched(tmp_path: Path) -> None:
    path = new_database(tmp_path)
    store = SqliteStore.open(path, owner=True)
    await a_talk(store.conversations)
    back_up(path, tmp_path / "copy.db")
    await store.close()

    copy = SqliteStore.open(tmp_path / "copy.db", owner=True)
    assert len(await found(copy.conversations, "casella")) == 3
    await copy.close()
