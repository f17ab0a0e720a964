"""What a token may do. Each route names the one scope that it needs."""

from enum import StrEnum


class Scope(StrEnum):
    """One thing that a token may be good for."""

    PATIENTS_READ = "patients:read"
    """The list, contacts, consents, dates, check-ins and flags: no words of patients."""

    ANSWERS_READ = "answers:read"
    """Summaries with answers, in the patients' words, but for what is sensitive."""

    SENSITIVE_READ = "sensitive:read"
    """With answers:read, sensitive answers too (infections, mood, pregnancy, money)."""

    PATIENTS_FIND = "patients:find"
    """Finding patients by name, birth date or number: whoever has it can ask whether somebody is one."""

    NOTES_READ = "notes:read"
    """What staff wrote beside a patient, in their words."""

    NOTES_WRITE = "notes:write"
    DOCUMENTS_READ = "documents:read"
    PLAN_WRITE = "plan:write"
    """Treatment dates, stopping, pausing, sending and skipping check-ins."""

    TASKS_WRITE = "tasks:write"
    """Closing tasks; taking lines of the worklist, giving them back, letting them rest."""

    ALERTS_WRITE = "alerts:write"
    """Taking an alert: nobody else is told of it from then on."""

    DOCUMENTS_WRITE = "documents:write"
    """Judging files, and asking a patient for a better copy."""

    TALK_WRITE = "talk:write"
    """Speaking in a patient's chat in place of the bot: taking it over, writing, handing it back."""

    CASES_WRITE = "cases:write"
    """Opening a case of a possible adverse event and writing into its log; a doctor closes it."""

    MERGE_WRITE = "merge:write"
    """Showing one record under another, and letting both stand apart again."""

    UPKEEP_WRITE = "upkeep:write"
    """What is stuck or held: seen, tried again, given up."""

    OVERVIEW_READ = "overview:read"
    """The numbers of the clinic as a whole."""

    INVITATIONS_WRITE = "invitations:write"
