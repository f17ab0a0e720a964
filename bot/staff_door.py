"""The door of the clinic's people: what signing in works with, and the one-time links that open it."""

from dataclasses import dataclass
from datetime import timedelta

from bot.demo import DEFAULT_CLINIC
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
from storage.staff import Member, StaffRoom
from storage.staff_sessions import StaffSessions
from storage.stores import Stores

FIRST = "administrator@clinic.example"
LINK_LIFE = timedelta(hours=24)
ADMINISTRATOR = "administrator"
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
    await staff.add(DEFAULT_CLINIC, Member(base.ids.new(), name, email, ADMINISTRATOR), now_system=now)
    member = await staff.by_email(DEFAULT_CLINIC, email)
    if member is None:
        raise LookupError("the member was just added")
    return await _link_of(base, staff, member.id)


async def reset_link(base: Foundation, email: str) -> str:
    """Forget a member's authenticator app, end their sessions and return a new link; raise NotFound."""
    stores, now = base.stores, base.now_system()
    staff, door = StaffRoom(stores.database, stores.vault, stores.clinics), make_door(stores)
    member = await staff.by_email(DEFAULT_CLINIC, email)
    if member is None:
        raise NotFound("nobody on the staff has this e-mail address")
    await door.factors.forget(DEFAULT_CLINIC, member.id)
    await door.sessions.end_all(DEFAULT_CLINIC, member.id, now_system=now)
    audit = Audit(BY, "cli.staff-reset", member.id, base.clock.now())
    await Trail(stores.database, stores.vault, stores.clinics).note(DEFAULT_CLINIC, audit)
    return await _link_of(base, staff, member.id)


async def _link_of(base: Foundation, staff: StaffRoom, member: str) -> str:
    token, now = base.ids.secret(), base.now_system()
    await staff.make_link(DEFAULT_CLINIC, member, token, now_system=now, ends_at=now + LINK_LIFE)
    return f"{base.settings.public_url.rstrip('/')}/console/enter/{token}"
