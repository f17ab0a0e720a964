"""How much of a record a token lets a program see."""

from bot.api.deps import Api, Program
from bot.api.scopes import Scope
from bot.restricted import Restriction, restriction_of, without_restricted
from handlers.core.values import PatientId
from storage.views.models import Record


async def hidden_from(api: Api, program: Program) -> Restriction | None:
    """Return what is kept from a token without the scope for it; None where that is nothing."""
    if program.may(Scope.SENSITIVE_READ):
        return None
    clinic = await api.console.uow.clinic(api.console.clinic)
    return restriction_of(api.console.protocol(clinic), api.console.catalogs)


async def record_for(api: Api, program: Program, patient: str) -> Record:
    """Return as much of a record as the token lets see; raise NotFound."""
    record = await api.console.views.record(api.console.clinic, PatientId(patient))
    hidden = await hidden_from(api, program)
    return without_restricted(record, hidden) if hidden else record
