"""Which sites a run comes to, and which it leaves to other tests, each with the reason.

Whatever is found in the code and does not stand in `ELSEWHERE` must be hit. So a new commit or call
either is come to by these patients and staff, or somebody writes down here why not.
"""

from tests.crash.sites import generated

STAFF_PAGES = "staff's pages: tests/console; nothing of a patient is on its way there"
WEB_CHAT = "the web chat and its e-mails: tests/channels/web, tests/journeys"
GIVE_UP = "after three faults in a row: tests/scheduler/test_follow_ups.py"
NOT_CALLED = "nothing calls it"

ELSEWHERE = {
    "commit:bot.console.desk:Desk.decide": STAFF_PAGES,
    "commit:bot.front_console:make_console.note": STAFF_PAGES,
    "commit:storage.clinics:Clinics.save": STAFF_PAGES,
    "commit:storage.staff:StaffRoom.end_session": STAFF_PAGES,
    "commit:storage.staff:StaffRoom.open_session": STAFF_PAGES,
    "commit:storage.staff:StaffRoom.set_password": STAFF_PAGES,
    "commit:storage.staff:StaffRoom.signed_in": STAFF_PAGES,
    "commit:storage.staff:StaffRoom.spend_link": STAFF_PAGES,
    "commit:bot.front_chat:Unseen.__call__": WEB_CHAT,
    "commit:storage.chat_emails:ChatEmails.prove": WEB_CHAT,
    "commit:storage.chat_emails:ChatEmails.told": WEB_CHAT,
    "http:bot.mail:Mailer.send": WEB_CHAT,
    "commit:handlers.due:Due.give_up": GIVE_UP,
    "http:bot.channels.telegram.channel:TelegramChannel.leave": NOT_CALLED,
}
"""Sites that a crash run does not come to."""

ON_POSTGRESQL_ONLY = {"commit:storage.accounts:Accounts.lease"}
ON_SQLITE_ONLY = {"commit:bot.app:_give_out_again"}


def wanted():
    """Return the sites that a run has to hit."""
    return [site for site in sorted(set(generated().values())) if site not in ELSEWHERE]
