"""What a service tells us of our templates and our account: kept, and a person is told what needs one.

Whatever else follows from such news (messages held and let go) starts from here, too.
"""

from datetime import datetime
from typing import Final

from handlers.core.changes import CloseTask, HoldAccount, LetGo, NoteNews
from handlers.core.events import About, AccountNews, TemplateNews
from handlers.decision import Decision

GOOD: Final = frozenset({"APPROVED", "REINSTATED", "UNPAUSE", "UNPAUSED", "GREEN", "UTILITY"})
"""What a template is when all is well with it, whichever side of it is told (channels.md 3.9)."""

SILENT: Final = frozenset({"PENDING", "IN_APPEAL", "UNKNOWN"})
"""What is on its way, or says nothing: no work for anybody."""


def on_template_news(decision: Decision, told: TemplateNews, at: datetime) -> None:
    """Keep what a template is from now on; bad news is a task, which good news of the same side closes.

    What was held for its template goes then.
    """
    _note(decision, told.name, told.language, told.about, told, at)
    key = f"template:{told.name}:{told.language}:{told.about}"
    if told.now in GOOD:
        decision.add(CloseTask(key, decision.now))
        if told.about is not About.QUALITY:
            decision.add(LetGo(decision.now))
    elif told.now not in SILENT:
        note = f"{told.name} ({told.language}): {told.now}"
        decision.task("template-news", key=key, note=f"{note} {told.reason}".strip())


def on_account_news(decision: Decision, told: AccountNews, at: datetime) -> None:
    """Keep what the service says of the account; what stops all sending holds its queue and is a task.

    The queue is held as by a refused message: after five minutes its sender finds out, and what arrives
    (or the service's word that it is over) shows that all is well again.
    """
    _note(decision, "", "", told.about, told, at)
    key = f"account:{told.about}"
    if told.stops:
        note = f"{told.about}: {told.now} {told.reason}".strip()
        decision.add(HoldAccount(told.reason or told.now, decision.now))
        decision.task("account-stopped", key=key, note=note)
    elif told.lifts:
        decision.add(HoldAccount("", decision.now))
        decision.add(CloseTask(key, decision.now))


def _note(
    decision: Decision,
    subject: str,
    language: str,
    about: str,
    told: TemplateNews | AccountNews,
    at: datetime,
) -> None:
    news = NoteNews(decision.cause, subject, language, about, told.now, told.reason, at)
    decision.add(news)
