"""What Telegram is told once: where to call, and the commands of the menu; and what it says."""

from collections.abc import Iterator, Sequence

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    MenuButtonCommands,
    WebhookInfo,
)
from telegram.error import TelegramError

from bot.channels.network import VendorClock, about_clock
from bot.channels.telegram.reading import KINDS
from bot.domain.knowledge import Command, Language
from bot.ports import Finding

_PATH = "/webhooks/telegram"
_SYNC = "run: sportello channels sync telegram"
_LANGUAGES: tuple[tuple[str | None, Language], ...] = ((None, "en"), ("it", "it"), ("en", "en"))
"""Who uses Telegram in another language sees the English menu."""


class Setup:
    """Puts Telegram in order, and looks whether it is."""

    def __init__(self, bot: Bot, secret: str, group: int, vendor_clock: VendorClock) -> None:
        self._bot = bot
        self._secret = secret
        self._group = group
        self._vendor_clock = vendor_clock

    async def show_menu(self, commands: Sequence[Command]) -> None:
        """Have Telegram show commands to customers, in their language."""
        scope = BotCommandScopeAllPrivateChats()
        for code, language in _LANGUAGES:
            entries = [BotCommand(one.name, one.words.in_language(language)) for one in commands]
            await self._bot.set_my_commands(entries, scope=scope, language_code=code)
        await self._bot.set_chat_menu_button(menu_button=MenuButtonCommands())

    async def sync(self, public_address: str) -> Sequence[Finding]:
        """Have Telegram call us; return what is in place then, or why it is not."""
        if not public_address or not self._secret:
            lacks = "TELEGRAM_WEBHOOK_SECRET" if public_address else "SPORTELLO_PUBLIC_URL"
            return [_wrong(f"set {lacks} first")]
        try:
            await self._bot.set_webhook(
                f"{public_address}{_PATH}", secret_token=self._secret, allowed_updates=KINDS
            )
        except TelegramError as error:
            return [_wrong(f"the webhook was refused: {error}")]
        return await self.findings(public_address)

    async def findings(self, public_address: str) -> Sequence[Finding]:
        """Return what is well and what is not."""
        try:
            me = await self._bot.get_me()
            hook = await self._bot.get_webhook_info()
        except TelegramError as error:
            cure = "look at TELEGRAM_BOT_TOKEN and at the way to the internet"
            return [_wrong(f"Telegram does not let us in: {error}; {cure}")]
        found = [_well(f"the bot is @{me.username}"), *self._about_hook(hook, public_address)]
        if self._group:
            found.append(await self._about_group(me.id))
        return [*found, about_clock(self._vendor_clock.skew)]

    async def _about_group(self, me: int) -> Finding:
        """Return whether the bot can make topics in the group of the staff."""
        try:
            group = await self._bot.get_chat(self._group)
            member = await self._bot.get_chat_member(self._group, me)
        except TelegramError as error:
            return _wrong(f"the staff group {self._group} cannot be seen: {error}")
        if not group.is_forum:
            return _wrong("the staff group has no topics; switch them on in its settings")
        if not getattr(member, "can_manage_topics", False):
            return _wrong(
                "the bot may not manage topics of the staff group; make it administrator"
            )
        return _well("the staff group is ready")

    def _about_hook(self, hook: WebhookInfo, public_address: str) -> Iterator[Finding]:
        if not hook.url:
            words = f"no webhook is set: {_SYNC}, or sportello poll telegram"
            yield Finding(is_well=not public_address, words=words)
            return
        expected = f"{public_address}{_PATH}"
        if hook.url != expected:
            yield _wrong(f"Telegram calls {hook.url}, not {expected}; {_SYNC}")
        else:
            yield _well(f"Telegram calls {hook.url}")
        if not self._secret:
            yield _wrong(f"TELEGRAM_WEBHOOK_SECRET is empty; set it, then {_SYNC}")
        missing = [kind for kind in KINDS if kind not in (hook.allowed_updates or ())]
        if missing:
            yield _wrong(f"Telegram does not tell {', '.join(missing)}; {_SYNC}")
        yield _about_waiting(hook)


def _about_waiting(hook: WebhookInfo) -> Finding:
    """Return how many updates wait, and why if Telegram could not hand them over."""
    count = hook.pending_update_count
    why = f"; its last call failed: {hook.last_error_message}" if hook.last_error_message else ""
    return Finding(is_well=not (count and why), words=f"{count} updates wait{why}")


def _well(words: str) -> Finding:
    return Finding(is_well=True, words=words)


def _wrong(words: str) -> Finding:
    return Finding(is_well=False, words=words)
