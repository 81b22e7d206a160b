"""Accounts of the desk in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.accounts import (
    OF_NAME,
    Role,
    Tries,
    TryLimits,
    by_name,
    one_more,
    wait_before,
)
from bot.domain.errors import InvitationGone, LastAdmin, NameTaken, UnknownColleague
from bot.ports import Colleague, Invitation, InvitationKind, Noted, Session, Step
from tests.fakes import lets_others_go_first


def _access(colleague: Colleague) -> tuple[object, ...]:
    return colleague.password_hash, colleague.role, colleague.active, colleague.totp


@lets_others_go_first
class FakeStaff:
    """Accounts by name in lower case, and all that belongs to them."""

    def __init__(self, colleagues: Sequence[Colleague] = ()) -> None:
        self.noted: list[Noted] = []
        self._colleagues = {one.key: one for one in colleagues}
        self._sessions: dict[str, Session] = {}
        self._invitations: dict[str, Invitation] = {}
        self._tries: dict[str, Tries] = {}

    async def save(self, colleague: Colleague, note: Noted | None = None) -> None:
        self._colleagues[colleague.key] = colleague
        if note is not None:
            self._note(note)

    async def find(self, name: str) -> Colleague | None:
        return self._colleagues.get(name.casefold())

    async def count(self) -> int:
        return len(self._colleagues)

    async def all(self) -> Sequence[Colleague]:
        return [self._colleagues[key] for key in sorted(self._colleagues)]

    async def names(self) -> Sequence[str]:
        return [one.name for one in await self.all() if one.active]

    def forget(self, name: str) -> None:
        """Have somebody sign in no more."""
        del self._colleagues[name.casefold()]

    async def on_duty(self) -> Sequence[Colleague]:
        known = [self._colleagues[key] for key in sorted(self._colleagues)]
        return [one for one in known if one.active and one.on_duty]

    async def change(
        self, name: str, step: Step, note: Noted, *, opens: Session | None = None, keeps: str = ""
    ) -> Colleague:
        if name.casefold() not in self._colleagues:
            raise UnknownColleague(name)
        before = self._colleagues[name.casefold()]
        after = step(before)
        admins = {one.key for one in self._colleagues.values() if _manages(one)}
        if admins == {before.key} and not _manages(after):
            raise LastAdmin(name)
        self._colleagues[after.key] = after
        if _access(before) != _access(after):
            self._end(after.key, keeps)
        if opens is not None:
            self._sessions[opens.id] = opens
        self._note(note)
        return after

    async def signed_in(self, session_id: str) -> tuple[Session, Colleague] | None:
        session = self._sessions.get(session_id)
        if session is None or not self._colleagues[session.name.casefold()].active:
            return None
        return self._named(session), self._colleagues[session.name.casefold()]

    async def touch(self, session_id: str, now: datetime) -> None:
        session = self._sessions.get(session_id)
        if session is not None and session.seen < now:
            self._sessions[session_id] = replace(session, seen=now)

    async def sessions_of(self, name: str) -> Sequence[Session]:
        own = [one for one in self._sessions.values() if one.name.casefold() == name.casefold()]
        return sorted(map(self._named, own), key=lambda one: one.began, reverse=True)

    async def end_session(self, session_id: str, note: Noted) -> None:
        if self._sessions.pop(session_id, None):
            self._note(note)

    async def end_sessions(self, note: Noted, name: str = "", keeps: str = "") -> int:
        self._note(note)
        return self._end(name.casefold(), keeps)

    async def invite(self, invitation: Invitation, note: Noted) -> None:
        known = invitation.name.casefold() in self._colleagues
        if invitation.kind is InvitationKind.ACCOUNT and known:
            raise NameTaken(invitation.name)
        if invitation.kind is InvitationKind.PASSWORD and not known:
            raise UnknownColleague(invitation.name)
        self._invitations[invitation.name.casefold()] = invitation
        self._note(note)

    async def invitation(self, invitation_id: str) -> Invitation | None:
        found = (one for one in self._invitations.values() if one.id == invitation_id)
        return next(found, None)

    async def invitations(self, now: datetime) -> Sequence[Invitation]:
        kept = [self._invitations[key] for key in sorted(self._invitations)]
        return [one for one in kept if one.until > now]

    async def withdraw(self, name: str, note: Noted) -> None:
        if self._invitations.pop(name.casefold(), None):
            self._note(note)

    async def accept(self, invitation_id: str, password_hash: str, note: Noted) -> Colleague:
        kept = self._invitations.values()
        found = next((one for one in kept if one.id == invitation_id), None)
        if found is None or found.until <= note.at:
            raise InvitationGone(invitation_id)
        key = found.name.casefold()
        before = self._colleagues.get(key)
        if found.kind is InvitationKind.ACCOUNT:
            if before is not None:
                raise NameTaken(found.name)
            after = Colleague(
                name=found.name,
                password_hash=password_hash,
                role=found.role,
                email=found.email,
                since=note.at,
            )
        elif before is None or not before.active:
            raise InvitationGone(invitation_id)
        else:
            after = replace(before, password_hash=password_hash)
            self._end(key, "")
            self._tries.pop(by_name(key), None)
        del self._invitations[key]
        self._colleagues[key] = after
        self._note(note)
        return after

    async def attempt(self, limits: Mapping[str, TryLimits], now: datetime) -> timedelta:
        wait = max(wait_before(self._tries.get(key), limits[key], now) for key in limits)
        if not wait:
            for key, limit in limits.items():
                self._tries[key] = one_more(self._tries.get(key), limit, now)
        return wait

    async def forgive(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._tries.pop(key, None)

    async def note(self, noted: Noted) -> None:
        self._note(noted)

    async def audit(self, *, who: str = "", before: int = 0, most: int = 50) -> Sequence[Noted]:
        return [
            one
            for one in reversed(self.noted)
            if (not who or one.who.casefold() == who.casefold())
            and (not before or one.id < before)
        ][:most]

    async def erase_audit(self, before: datetime, most: int) -> int:
        old = [one for one in self.noted if one.at < before][:most]
        self.noted = [one for one in self.noted if one not in old]
        return len(old)

    async def erase_stale(self, now: datetime, most: int) -> int:
        sessions = [key for key, one in self._sessions.items() if one.until < now][:most]
        links = [key for key, one in self._invitations.items() if one.until < now][:most]
        long_ago = now - OF_NAME.forgotten
        tries = [key for key, one in self._tries.items() if one.last < long_ago][:most]
        for kept, keys in (
            (self._sessions, sessions),
            (self._invitations, links),
            (self._tries, tries),
        ):
            for key in keys:
                del kept[key]
        return len(sessions) + len(links) + len(tries)

    def _named(self, session: Session) -> Session:
        """Return a session with the name as the account has it."""
        return replace(session, name=self._colleagues[session.name.casefold()].name)

    def _end(self, key: str, keeps: str) -> int:
        ended = [
            one.id
            for one in self._sessions.values()
            if (not key or one.name.casefold() == key) and one.id != keeps
        ]
        for session_id in ended:
            del self._sessions[session_id]
        return len(ended)

    def _note(self, note: Noted) -> None:
        self.noted.append(replace(note, id=len(self.noted) + 1))


def _manages(colleague: Colleague) -> bool:
    return colleague.active and colleague.role is Role.ADMIN
