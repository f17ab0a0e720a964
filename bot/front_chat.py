"""The web chat, wired: who may come in, who is asked for a birth date, what nobody looks at."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.channels.web import Brakes, Cookies, Drafts, Hub, Tokens, Uploads, WebChannel, WebChat
from bot.channels.web.data_page import data_link
from bot.channels.web.upload_links import upload_link
from bot.foundation import FILE, Foundation, files_folder
from bot.mail import Mailer
from bot.own.room import OwnRoom
from bot.page_board import PageBoard
from bot.settings import CLINIC
from handlers.core.case import Case
from handlers.core.messages import Outbound
from handlers.core.questionnaire import Item, ItemType, Questionnaire
from handlers.core.understanding import Likely, Understood, understand
from handlers.core.values import ChannelKind, ContactPoint, PartialDate
from handlers.decision import Decision
from handlers.entrance import invited_only
from storage.chat_emails import ChatEmails
from storage.chat_views import ChatViews
from storage.open_pages import OpenPages
from storage.sign_in_tries import SignInTries

ACCOUNT = "main"
SILENT = timedelta(days=30)
TRIES_A_DAY = 5
_BIRTH = Item("birth", ItemType.DATE)
_ALONE = Questionnaire("identity", "identity", "1", items=(_BIRTH,), by_link_id={"birth": _BIRTH})


@dataclass(frozen=True, slots=True)
class BirthDates:
    """Asks who is there after 30 silent days of business time, if the birth date is known."""

    base: Foundation

    async def needs_identity(self, address: str) -> bool:
        """Say whether the birth date must be given before anything is shown.

        Never in the demo: there the months pass at the push of a button.
        """
        if self.base.settings.is_demo:
            return False
        case = await self._case(address)
        heard = None if case is None else last_page_word(case, self.base.around.links_only)
        if case is None or not case.patient.birth_date or heard is None:
            return False
        is_late = self.base.clock.now() - heard > SILENT
        return is_late or is_doubted(case, self.base.around.links_only)

    async def check_birth_date(self, address: str, typed: str) -> bool:
        """Say whether `typed` is the patient's birth date, in any order a person writes it."""
        case = await self._case(address)
        return case is not None and is_born_on(self.base, case, typed)

    async def _case(self, address: str) -> Case | None:
        return await self.base.stores.uow.case_at(self.base.clinic, web_point(address))


@dataclass(frozen=True, slots=True)
class BirthDateTries:
    """Counts who tries a date of birth: per patient, however many links and pages lead to them."""

    base: Foundation
    tries: SignInTries

    async def allows(self, point: ContactPoint) -> bool:
        """Count a try; False when it is one too many in a day."""
        who, now = await self._who(point), self.base.now_system()
        return await self.tries.of_day(self.base.clinic, who, limit=TRIES_A_DAY, now_system=now)

    async def release(self, point: ContactPoint) -> None:
        """Forget the tries of whoever got in."""
        await self.tries.passed(self.base.clinic, [await self._who(point)], ())

    async def _who(self, point: ContactPoint) -> str:
        case = await self.base.stores.uow.case_at(self.base.clinic, point)
        known = case.patient.id if case else f"{point.channel}\x1f{point.account}\x1f{point.address}"
        return f"birth-date\x1f{known}"


def is_born_on(base: Foundation, case: Case, typed: str) -> bool:
    """Say whether `typed` is the patient's birth date, in any order a person writes it."""
    if not case.patient.birth_date:
        return False
    born = date.fromisoformat(case.patient.birth_date)
    words = base.around.words(case.patient.language or case.clinic.language)
    today = base.clock.now().date()
    meant = understand(_BIRTH, typed, words=words, questionnaire=_ALONE, today=today)
    if not isinstance(meant, Understood | Likely):
        return False
    return PartialDate(born.year, born.month, born.day) in meant.values


def last_page_word(case: Case, links_only: frozenset[ChannelKind]) -> datetime | None:
    """Return when the patient last said something on our page, before they came in here.

    Whoever comes by a link of a chat that carries links only has an address of their own each time: their
    number may be somebody else's by now, so what counts is when they were last on the page itself.
    """
    pages = (one for one in case.others if one.point.channel is ChannelKind.WEB)
    before = [one.last_heard_at for one in pages if one.dialogue.doubt is None]
    said = [moment for moment in before if moment is not None]
    came_by_link = any(one.point.channel in links_only for one in case.others)
    return max(said) if came_by_link and said else case.contact.last_heard_at


def is_doubted(case: Case, links_only: frozenset[ChannelKind]) -> bool:
    """Say whether the number behind a chat's link may be somebody else's by now: it was changed."""
    doors = (one for one in case.others if one.point.channel in links_only)
    return any(one.dialogue.doubt is not None for one in doors)


@dataclass(frozen=True, slots=True)
class Unseen:
    """A message that no open page shows and no e-mail can announce: a person gets to know."""

    base: Foundation

    async def __call__(self, message: Outbound) -> None:
        """Open one task per patient for messages that wait on a page."""
        case = await self.base.stores.uow.case_at(self.base.clinic, web_point(message.address))
        if case is None or not message.body.template:
            return
        decision = Decision(case, self.base.world(case.clinic), cause=f"unseen:{message.outbox_id}")
        decision.task("waits-on-page", key=f"waits-on-page:{case.contact.id}")
        await self.base.stores.uow.save(case, decision.finish())


def web_point(address: str) -> ContactPoint:
    """Return the contact point of a page's address."""
    return ContactPoint(ChannelKind.WEB, ACCOUNT, address)


async def make_web_chat(base: Foundation, clinic_name: str) -> WebChat:
    """Return everything the chat's pages stand on."""
    settings, own = base.settings, base.own
    key = await _web_key(base)
    birth_dates = BirthDateTries(base, SignInTries(own.database, own.vault, own.clinics))
    mail = Mailer(settings.smtp_url.get_secret_value(), settings.smtp_from) if settings.smtp_url else None
    return WebChat(
        clinic=base.clinic,
        account=ACCOUNT,
        clinic_name=clinic_name,
        public_url=settings.public_url.rstrip("/"),
        demo=settings.is_demo,
        is_open=settings.is_demo,
        language=base.around.protocol.languages[0],
        offered=lambda: base.around.offered(),  # noqa: PLW0108 - of the pack in force by then
        max_file_bytes=settings.max_file_mb * 1024 * 1024,
        inbox=base.stores.inbox,
        reader=ChatViews(own.database, own.vault, own.clinics),
        emails=ChatEmails(own.database, own.vault, own.clinics),
        identity=BirthDates(base),
        invited=_invited(base),
        mail=mail,
        catalogs=base.around.catalogs,
        clock=base.clock,
        now_system=base.now_system,
        ids=base.ids,
        hub=Hub(base.now_system),
        uploads=Uploads(upload_folder(base)),
        drafts=_drafts(base, key),
        cookies=Cookies(key, https=settings.is_https, clinic=base.clinic, account=ACCOUNT),
        tokens=Tokens(key, base.now_system),
        brakes=Brakes.usual(base.now_system, birth_dates, settings.day_limit),
        shuts=partial(_only_invited, base),
        own=OwnRoom(base, is_born_on),
    )


async def _only_invited(base: Foundation) -> bool:
    clinic = await base.own.uow.clinic(base.clinic)
    return invited_only(clinic.texts, usual=base.settings.invitation_only)


async def with_files_page(base: Foundation) -> Foundation:
    """Let `base` know the links to our pages for files and for data, which those can read."""
    tokens = Tokens(await _web_key(base), base.now_system)
    url = base.settings.public_url.rstrip("/")
    files, data = partial(upload_link, url, tokens), partial(data_link, url, tokens)
    base.present.around = replace(base.around, files_page=files, data_page=data)
    return base


async def forget_drafts(base: Foundation, points: Sequence[ContactPoint]) -> None:
    """Delete what somebody who is erased began to send by our page for files, and end their links."""
    drafts = _drafts(base, await _web_key(base))
    await asyncio.to_thread(drafts.forget, points)


def _drafts(base: Foundation, key: bytes) -> Drafts:
    folder = upload_folder(base)
    drafts = folder.with_name(folder.name.replace("incoming", "drafts", 1))
    return Drafts(drafts, folder, key, base.settings.day_limit)


async def _web_key(base: Foundation) -> bytes:
    """Return the key that signs and seals what our pages give out; it outlives a new master key."""
    return base.stores.vault.web_key(await base.stores.clinics.key(base.clinic))


def make_web_channel(base: Foundation, chat: WebChat) -> WebChannel:
    """Return the web chat as a channel."""
    return WebChannel(chat, make_page_board(base, chat).is_open, Unseen(base))


def make_page_board(base: Foundation, chat: WebChat) -> PageBoard:
    """Return what this process knows of pages that hang on others."""
    stores = base.stores
    return PageBoard(chat, OpenPages(stores.database, stores.vault, stores.clinics))


def upload_folder(base: Foundation) -> Path:
    """Return where uploads wait, sealed, until the fetch worker took them over."""
    local = base.settings.storage_url.startswith(FILE)
    folder = files_folder(base.settings) / "incoming" if local else Path("var/incoming")
    return folder if base.clinic == CLINIC else folder.with_name(f"incoming-{base.clinic}")


def _invited(base: Foundation) -> Callable[[str], Awaitable[bool]]:
    async def invited(token: str) -> bool:
        found = await base.stores.uow.invited(base.clinic, token, now_system=base.now_system())
        return found is not None

    return invited


async def sweep(base: Foundation, chat: WebChat) -> None:
    """Delete what nobody fetched or went on with."""
    await asyncio.to_thread(chat.uploads.sweep, base.now_system())
    await asyncio.to_thread(chat.drafts.sweep, base.now_system())
