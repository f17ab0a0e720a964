"""Where a patient is now: at home, or on a trip that they have told of."""

from datetime import datetime

from handlers.core.case import Case, FollowUp
from handlers.core.travel import Stays, clocks_ahead


def stays_of(case: Case) -> Stays:
    """Return where the patient is on each day; the clinic's zone stands for a home that nobody knows."""
    return Stays(case.patient.zone or case.clinic.zone, case.patient.trips)


def zone_now(case: Case, now: datetime) -> str:
    """Return the zone where the patient is now."""
    patient = case.patient
    return stays_of(case).zone_at(now) if patient.trips else patient.zone or case.clinic.zone


def zone_for(case: Case, follow_up: FollowUp, now: datetime) -> str:
    """Return the zone by which a check-in is handled now: whoever travels is asked by the clock there."""
    return zone_now(case, now) if case.patient.trips else follow_up.zone


def clocks_for(case: Case, follow_up: FollowUp, now: datetime) -> str:
    """Return the zones by which a message of a check-in keeps quiet hours, whenever it leaves."""
    zone = zone_for(case, follow_up, now)
    return clocks_ahead(stays_of(case), now, zone) if case.patient.trips else zone
