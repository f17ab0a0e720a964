"""The door of the clinic's people: what signing in works with, and the one-time links that open it."""

from dataclasses import dataclass
from datetime import timedelta

from bot.foundation import Foundation
from handlers.core.changes import Audit
from handlers.errors import NotFound
from storage.audit.trail import Trail
from storage.challenges import Challenges
from storage.clinics import Clinics
from storage.engine import Database
from storage.identities import Identities
from storage.keys import Vault
from storage.passkeys import Passkeys
from storage.second_factors import SecondFactors
from storage.sign_in_tries import SignInTries
from storage.staff import ADMINISTRATOR, Member, StaffRoom
from storage.staff_sessions import StaffSessions
from storage.stores import Stores

FIRST = "administrator@clinic.example"
LINK_LIFE = timedelta(hours=24)
BY = "cli"


@dataclass(frozen=True, slots=True)
class Door:
    """What the console's door works with."""

    sessions: StaffSessions
    factors: SecondFactors
    tries: SignInTries
    passkeys: Passkeys
    challenges: Challenges
    identities: Identities

    @classmethod
    def over(cls, database: Database, vault: Vault, clinics: Clinics) -> "Door":
        """Return the door of the clinics in a database."""
        place = (database, vault, clinics)
        return cls(
            StaffSessions(*place),
            SecondFactors(*place),
            SignInTries(*place),
            Passkeys(*place),
            Challenges(*place),
            Identities(*place),
        )


def make_door(stores: Stores) -> Door:
    """Return what the console's door works with."""
    return Door.over(stores.database, stores.vault, stores.clinics)


async def first_link(base: Foundation, *, email: str = FIRST, name: str = "Administrator") -> str:
    """Return a one-time sign-in link for the administrator, who is made if there is none yet."""
    staff = StaffRoom(base.stores.database, base.stores.vault, base.stores.clinics)
    now = base.now_system()
    await staff.add(base.clinic, Member(base.ids.new(), name, email, ADMINISTRATOR), now_system=now)
    member = await staff.by_email(base.clinic, email)
    if member is None:
        raise NotFound("whoever has this address is let in no more: yorisoi staff enable")
    return await _link_of(base, staff, member.id)


async def reset_link(base: Foundation, email: str) -> str:
    """Forget a member's authenticator app, end their sessions and return a new link; raise NotFound."""
    stores, now = base.stores, base.now_system()
    staff, door = StaffRoom(stores.database, stores.vault, stores.clinics), make_door(stores)
    member = await staff.by_email(base.clinic, email)
    if member is None:
        raise NotFound("nobody on the staff has this e-mail address")
    await door.factors.forget(base.clinic, member.id)
    await door.sessions.end_all(base.clinic, member.id, now_system=now)
    await _note(base, "cli.staff-reset", member.id)
    return await _link_of(base, staff, member.id)


async def change_role(base: Foundation, email: str, role: str) -> None:
    """Give a member another role and end their sessions; raise NotFound, or ValueError for the last one."""
    stores, door = base.stores, make_door(base.stores)
    staff = StaffRoom(stores.database, stores.vault, stores.clinics)
    member = await staff.by_email(base.clinic, email)
    if member is None:
        raise NotFound("nobody on the staff has this e-mail address")
    if not await staff.change_role(base.clinic, member.id, role):
        raise ValueError("this is the last administrator: make another one first")
    await door.sessions.end_all(base.clinic, member.id, now_system=base.now_system())
    await _note(base, f"staff.role.{role}", member.id)


async def let_back(base: Foundation, email: str) -> str:
    """Let a former member in again by the link that is returned; raise NotFound."""
    stores, door = base.stores, make_door(base.stores)
    staff = StaffRoom(stores.database, stores.vault, stores.clinics)
    former = await staff.former(base.clinic)
    member = next((one for one in former if one.email == email), None)
    if member is None:
        raise NotFound("nobody who is let in no more has this e-mail address")
    await door.factors.forget(base.clinic, member.id)
    await staff.let_back(base.clinic, member.id, now_system=base.now_system())
    await _note(base, "staff.enable", member.id)
    return await _link_of(base, staff, member.id)


async def _note(base: Foundation, act: str, member: str) -> None:
    stores = base.stores
    audit = Audit(BY, act, member, base.clock.now())
    await Trail(stores.database, stores.vault, stores.clinics).note(base.clinic, audit)


async def _link_of(base: Foundation, staff: StaffRoom, member: str) -> str:
    token, now = base.ids.secret(), base.now_system()
    await staff.make_link(base.clinic, member, token, now_system=now, ends_at=now + LINK_LIFE)
    return f"{base.settings.public_url.rstrip('/')}/console/enter/{token}"
