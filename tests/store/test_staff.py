"""The accounts of the desk, who is signed in, and what they did."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.accounts import OF_ADDRESS, OF_NAME, Role
from bot.domain.errors import InvitationGone, LastAdmin, NameTaken, UnknownColleague
from bot.ports import Colleague, Invitation, InvitationKind, Noted, Session, StaffStore
from tests.builders import NOW
from tests.store.backends import Backend

ANNA = Colleague(name="Anna", password_hash="$argon2id$1")
BRUNO = Colleague(
    name="Bruno",
    password_hash="$argon2id$3",
    role=Role.EDITOR,
    email="b@desk.example",
    telegram="1001",
    on_duty=True,
    totp="SECRET",
    totp_pending="PENDING",
    totp_step=59_000_000,
    recovery=("a1", "b2"),
    since=NOW,
    signed_in_at=NOW + timedelta(hours=1),
)
DID = Noted(at=NOW, who="Anna", action="role", target="Bruno", detail="admin")
HOUR = timedelta(hours=1)


def a_session(session_id: str, name: str = "Anna", began: timedelta = timedelta(0)) -> Session:
    at = NOW + began
    return Session(id=session_id, name=name, began=at, seen=at, until=at + 24 * HOUR, agent="X")


def an_invitation(invitation_id: str = "i1", **more: object) -> Invitation:
    made = Invitation(
        id=invitation_id,
        kind=InvitationKind.ACCOUNT,
        name="Carla",
        role=Role.EDITOR,
        email="c@desk.example",
        by="Anna",
        until=NOW + HOUR,
    )
    return replace(made, **more)  # type: ignore[arg-type]  # fields by name


@pytest.fixture
def staff(backend: Backend) -> StaffStore:
    return backend.staff


@pytest.mark.parametrize("name", ["Anna", "anna", "ANNA"])
async def test_an_account_is_found_whatever_the_case(staff: StaffStore, name: str) -> None:
    await staff.save(ANNA)

    assert await staff.find(name) == ANNA


async def test_an_unknown_name_has_no_account(staff: StaffStore) -> None:
    assert await staff.find("Anna") is None
    assert await staff.count() == 0


async def test_saving_again_replaces_the_account(staff: StaffStore) -> None:
    renewed = Colleague(name="ANNA", password_hash="$argon2id$2")
    await staff.save(ANNA)
    await staff.save(Colleague(name="Bruno", password_hash="$argon2id$3"))

    await staff.save(renewed)

    assert await staff.count() == 2
    assert await staff.find("anna") == renewed


async def test_all_of_an_account_is_kept(staff: StaffStore) -> None:
    await staff.save(BRUNO)
    await staff.save(ANNA)

    assert await staff.all() == [ANNA, BRUNO]
    assert await staff.on_duty() == [BRUNO]
    await staff.save(replace(BRUNO, active=False))
    assert await staff.on_duty() == []


async def test_an_account_is_changed_and_that_is_noted_or_neither(staff: StaffStore) -> None:
    await staff.save(ANNA)
    await staff.save(BRUNO)

    changed = await staff.change("bruno", lambda one: replace(one, role=Role.ADMIN), DID)
    assert (changed.role, await staff.find("Bruno")) == (Role.ADMIN, changed)
    assert [replace(one, id=0) for one in await staff.audit()] == [DID]

    def refuses(colleague: Colleague) -> Colleague:
        raise ValueError(colleague.name)

    with pytest.raises(ValueError, match="Bruno"):
        await staff.change("Bruno", refuses, DID)
    with pytest.raises(UnknownColleague):
        await staff.change("Carla", lambda one: one, DID)
    assert len(await staff.audit()) == 1


async def test_two_admins_cannot_shut_each_other_out(staff: StaffStore) -> None:
    await staff.save(ANNA)
    await staff.save(replace(BRUNO, role=Role.ADMIN))

    tried = await asyncio.gather(
        *(
            staff.change(name, lambda one: replace(one, active=False), DID)
            for name in ("Anna", "Bruno")
        ),
        return_exceptions=True,
    )

    assert [isinstance(one, LastAdmin) for one in tried] == [False, True]
    assert len(await staff.audit()) == 1


@pytest.mark.parametrize(
    "change",
    [{"role": Role.STAFF}, {"active": False}, {"password_hash": "$2"}, {"totp": "OTHER"}],
    ids=lambda change: str(next(iter(change))),
)
async def test_less_access_ends_the_sessions(staff: StaffStore, change: dict[str, object]) -> None:
    await staff.save(ANNA)
    await staff.save(BRUNO)
    for session in (a_session("1", "bruno"), a_session("2", "Bruno"), a_session("3")):
        await staff.change(session.name, lambda one: one, DID, opens=session)

    await staff.change("Bruno", lambda one: replace(one, **change), DID, keeps="2")  # type: ignore[arg-type]  # fields by name

    assert await staff.signed_in("1") is None
    assert await staff.signed_in("3") is not None
    still_in = await staff.signed_in("2") is not None
    assert still_in == ("active" not in change)


async def test_an_account_is_made_and_that_is_noted(staff: StaffStore) -> None:
    await staff.save(ANNA, DID)

    assert [replace(one, id=0) for one in await staff.audit()] == [DID]


async def test_a_session_is_found_with_its_account(staff: StaffStore) -> None:
    await staff.save(ANNA)
    later = a_session("2", began=HOUR)
    for session in (a_session("1", "anna"), later):
        await staff.change("Anna", lambda one: one, DID, opens=session)

    assert await staff.signed_in("1") == (a_session("1"), ANNA)
    assert await staff.signed_in("9") is None
    assert await staff.sessions_of("ANNA") == [later, a_session("1")]

    await staff.touch("1", NOW + HOUR)
    await staff.touch("1", NOW)  # Of a slower program.
    found = await staff.signed_in("1")
    assert found
    assert found[0].seen == NOW + HOUR


async def test_a_session_ends_once(staff: StaffStore) -> None:
    await staff.save(ANNA)
    await staff.save(BRUNO)
    for session in (a_session("1"), a_session("2"), a_session("3", "Bruno")):
        await staff.change(session.name, lambda one: one, DID, opens=session)
    out = replace(DID, action="sign_out")

    for _ in range(2):
        await staff.end_session("1", out)
    assert [one.action for one in await staff.audit()].count("sign_out") == 1
    assert await staff.end_sessions(DID, "anna", keeps="2") == 0
    assert await staff.end_sessions(DID, "anna") == 1
    assert await staff.end_sessions(DID) == 1


async def test_an_invitation_makes_an_account_once(staff: StaffStore) -> None:
    await staff.invite(an_invitation(), DID)
    assert await staff.invitation("i1") == an_invitation()
    assert await staff.invitations(NOW) == [an_invitation()]

    tried = await asyncio.gather(
        *(staff.accept("i1", hashed, DID) for hashed in ("$1", "$2")), return_exceptions=True
    )

    carla = Colleague(
        name="Carla",
        password_hash="$1",
        role=Role.EDITOR,
        email="c@desk.example",
        since=NOW,
    )
    assert tried[0] == carla
    assert isinstance(tried[1], InvitationGone)
    assert await staff.find("carla") == carla


async def test_only_the_last_invitation_for_a_name_counts(staff: StaffStore) -> None:
    await staff.invite(an_invitation("i1"), DID)
    await staff.invite(an_invitation("i2", name="CARLA", until=NOW), DID)

    assert await staff.invitation("i1") is None
    assert await staff.invitations(NOW) == []
    with pytest.raises(InvitationGone):
        await staff.accept("i2", "$1", DID)
    for _ in range(2):
        await staff.withdraw("carla", replace(DID, action="withdraw"))
    assert [one.action for one in await staff.audit()] == ["withdraw", "role", "role"]


async def test_a_link_is_for_a_name_that_is_free_or_for_one_that_is_not(
    staff: StaffStore,
) -> None:
    await staff.save(ANNA)

    with pytest.raises(NameTaken):
        await staff.invite(an_invitation(name="ANNA"), DID)
    with pytest.raises(UnknownColleague):
        await staff.invite(an_invitation(kind=InvitationKind.PASSWORD), DID)
    assert await staff.audit() == []


async def test_a_new_password_by_a_link(staff: StaffStore) -> None:
    await staff.save(BRUNO)
    await staff.change("Bruno", lambda one: one, DID, opens=a_session("1", "Bruno"))
    for_bruno = an_invitation(name="Bruno", kind=InvitationKind.PASSWORD, role=Role.ADMIN)
    await staff.invite(for_bruno, DID)

    assert await staff.accept("i1", "$9", DID) == replace(BRUNO, password_hash="$9")
    assert await staff.signed_in("1") is None

    await staff.invite(for_bruno, DID)
    await staff.save(replace(BRUNO, active=False))
    with pytest.raises(InvitationGone):
        await staff.accept("i1", "$9", DID)


async def test_tries_are_counted_also_when_made_at_once(staff: StaffStore) -> None:
    keys = {"name:anna": OF_NAME, "address:192.0.2.1": OF_ADDRESS}

    waits = await asyncio.gather(*(staff.attempt(keys, NOW) for _ in range(9)))

    assert [bool(wait) for wait in waits].count(False) == OF_NAME.free
    assert max(waits) == OF_NAME.pause
    await staff.forgive(["name:anna", "name:nobody"])
    assert not await staff.attempt(keys, NOW)


async def test_what_was_done_is_read_in_pages(staff: StaffStore) -> None:
    for minute in range(5):
        who = "anna" if minute % 2 else "Bruno"
        await staff.note(Noted(at=NOW + timedelta(minutes=minute), who=who, action=str(minute)))

    newest = await staff.audit(most=2)
    assert [one.action for one in newest] == ["4", "3"]
    assert [one.action for one in await staff.audit(before=newest[-1].id)] == ["2", "1", "0"]
    assert [one.action for one in await staff.audit(who="ANNA")] == ["3", "1"]
    assert await staff.erase_audit(NOW + timedelta(minutes=3), 2) == 2
    assert await staff.erase_audit(NOW + timedelta(minutes=3), 2) == 1
    assert [one.action for one in await staff.audit()] == ["4", "3"]


async def test_what_is_over_goes(staff: StaffStore) -> None:
    await staff.save(ANNA)
    await staff.change("Anna", lambda one: one, DID, opens=a_session("1"))
    await staff.invite(an_invitation(), DID)
    await staff.attempt({"name:anna": OF_NAME}, NOW)

    assert await staff.erase_stale(NOW, 9) == 0
    assert await staff.erase_stale(NOW + 23 * HOUR, 9) == 1
    assert await staff.erase_stale(NOW + 25 * HOUR, 9) == 2
    assert await staff.signed_in("1") is None
