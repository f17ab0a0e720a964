"""Which sites a run must hit, and which it leaves to other tests, each with the reason.

`tests/crash/test_sites.py` fails when a commit or a call is found in the code that stands in neither.
"""

STAFF_PAGES = "staff's pages: tests/console; nothing of a patient is on its way there"
WEB_CHAT = "the web chat and its e-mails: tests/channels/web, tests/journeys"
REFUSED = "an account that its service refuses: tests/scheduler, tests/storage/test_accounts.py"
CLOCK = "a jump of the machine's clock: tests/bot and tests/scheduler have it jump"

HIT = (
    "commit:bot.app:_give_out_again",
    "commit:bot.desk_commands:_note",
    "commit:bot.editions:with_editions",
    "commit:bot.foundation:_opened",
    "commit:handlers.due:Due.lost",
    "commit:handlers.due:Due.start",
    "commit:handlers.inbound:Inbound.take",
    "commit:handlers.treatment:Treatment.enter_date",
    "commit:storage.accounts:Accounts.create",
    "commit:storage.accounts:Accounts.give_up",
    "commit:storage.accounts:Accounts.lease",
    "commit:storage.clinics:Clinics.create",
    "commit:storage.clocks:ClockStore.note",
    "commit:storage.day_keys:DayKeys.at",
    "commit:storage.day_keys:DayKeys.destroy_old",
    "commit:storage.documents:Fetches._settle",
    "commit:storage.documents:Fetches.claim",
    "commit:storage.documents:Fetches.give_back",
    "commit:storage.follow_ups:FollowUpStore.claim",
    "commit:storage.inbox:InboxStore.add",
    "commit:storage.inbox:InboxStore.claim",
    "commit:storage.inbox:InboxStore.give_back",
    "commit:storage.invitations:Invitations.add",
    "commit:storage.opening:make_ready",
    "commit:storage.outbox:OutboxStore._with_changes",
    "commit:storage.outbox:OutboxStore.claim",
    "commit:storage.outbox:OutboxStore.postpone",
    "commit:storage.outbox:OutboxStore.rest",
    "commit:storage.outbox:OutboxStore.settle_failed",
    "commit:storage.outbox:OutboxStore.settle_sent",
    "commit:storage.staff:StaffRoom.add",
    "commit:storage.staff:StaffRoom.make_link",
    "commit:storage.unit_of_work:UnitOfWork._learn",
    "commit:storage.unit_of_work:UnitOfWork.save",
    "http:bot.channels.telegram.channel:TelegramChannel._locate",
    "http:bot.channels.telegram.channel:TelegramChannel._send_text",
    "http:bot.channels.telegram.channel:TelegramChannel._stop_spinner",
    "http:bot.channels.telegram.channel:TelegramChannel.show_commands",
    "http:bot.channels.telegram.channel:TelegramChannel.username",
    "http:bot.channels.telegram.download:download",
    "http:bot.channels.telegram.poll:Poller._poll",
    "http:bot.channels.telegram.poll:drop_webhook",
    "http:bot.channels.telegram.webhook:set_webhook",
    "http:bot.channels.whatsapp.client:Graph._call",
    "http:bot.channels.whatsapp.client:Graph.open_file",
)
"""Sites that a crash run comes to."""

ON_SQLITE = frozenset({"commit:bot.app:_give_out_again"})
"""Sites that there are on SQLite only: a start gives back what nobody else can hold."""

ELSEWHERE = {
    "commit:bot.console.desk:Desk.decide": STAFF_PAGES,
    "commit:bot.doctor.examination:confirm_key": "the doctor, who reads: tests/bot",
    "commit:bot.front_chat:Unseen.__call__": WEB_CHAT,
    "commit:bot.front_console:make_console.note": STAFF_PAGES,
    "commit:bot.health:Health._database": "a monitor's question: tests/bot",
    "commit:bot.workers:_free_far_leases": CLOCK,
    "commit:handlers.due:Due.give_up": "after three faults in a row: tests/scheduler/test_follow_ups.py",
    "commit:storage.accounts:Accounts._change": REFUSED,
    "commit:storage.accounts:Accounts.refused": REFUSED,
    "commit:storage.accounts:Accounts.works": "a process's first send: tests/bot/test_standing.py",
    "commit:storage.chat_emails:ChatEmails.prove": WEB_CHAT,
    "commit:storage.chat_emails:ChatEmails.told": WEB_CHAT,
    "commit:storage.clinics:Clinics.save": STAFF_PAGES,
    "commit:storage.clocks:ClockStore.engage": CLOCK,
    "commit:storage.clocks:ClockStore.forget": CLOCK,
    "commit:storage.clocks:ClockStore.release": CLOCK,
    "commit:storage.documents:Fetches.sweep": "files of the erased: tests/storage/test_documents.py",
    "commit:storage.follow_ups:FollowUpStore.give_back": "an orderly stop: tests/scheduler/test_stopping.py",
    "commit:storage.follow_ups:FollowUpStore.move": "the ramp after an outage: tests/scheduler",
    "commit:storage.held:HeldMessages.release": STAFF_PAGES,
    "commit:storage.migrations.__init__:upgrade": "a migration: `make upgrades` kills it at every statement",
    "commit:storage.open_pages:OpenPages.forget_old": WEB_CHAT,
    "commit:storage.open_pages:OpenPages.note": WEB_CHAT,
    "commit:storage.open_pages:OpenPages.take_back": WEB_CHAT,
    "commit:storage.staff:StaffRoom.end_session": STAFF_PAGES,
    "commit:storage.staff:StaffRoom.open_session": STAFF_PAGES,
    "commit:storage.staff:StaffRoom.set_password": STAFF_PAGES,
    "commit:storage.staff:StaffRoom.signed_in": STAFF_PAGES,
    "commit:storage.staff:StaffRoom.spend_link": STAFF_PAGES,
    "commit:storage.stuck:Stuck._end": STAFF_PAGES,
    "commit:storage.stuck:Stuck.let_go_unreadable": "days after three faults: tests/storage/test_stuck.py",
    "http:bot.channels.telegram.channel:TelegramChannel.probe": REFUSED,
    "http:bot.mail:Mailer._hand_over": WEB_CHAT,
}
"""Sites that a crash run does not come to."""


def wanted(*, is_sqlite):
    """Return the sites that a run on this database has to hit."""
    return [site for site in HIT if is_sqlite or site not in ON_SQLITE]
