"""Which sites a run must hit, and which it leaves to other tests, each with the reason.

`tests/crash/test_sites.py` fails when a commit or a call is found in the code that stands in neither.
"""

LIMIT = "once an hour, of what Meta allows a day: tests/storage/test_daily_people.py"
SUMMARIES = "the town's clinic has no ways switched on: tests/summaries/test_delivery.py"

ALERTS = "the town's patients tell of no danger: tests/storage/test_alerts.py, tests/journeys/test_alerts.py"
API = "no program asks the town: tests/api"
CASES = "no answer of the town opens a case: tests/storage/test_alerts.py, tests/console"

HIT = (
    "commit:bot.app:_give_out_again",
    "commit:bot.console.desk:Desk.decide",
    "commit:bot.doctor.examination:confirm_key",
    "commit:bot.editions:with_editions",
    "commit:bot.foundation:_opened",
    "commit:bot.front_chat:Unseen.__call__",
    "commit:bot.workers:_free_far_leases",
    "commit:handlers.due:Due.give_up",
    "commit:handlers.due:Due.start",
    "commit:handlers.inbound:Inbound.take",
    "commit:handlers.treatment:Treatment._save",
    "commit:storage.accounts:Accounts.create",
    "commit:storage.accounts:Accounts.give_up",
    "commit:storage.accounts:Accounts.lease",
    "commit:storage.audit.trail:Trail.note",
    "commit:storage.chat_emails:ChatEmails.prove",
    "commit:storage.chat_emails:ChatEmails.told",
    "commit:storage.clinics:Clinics.create",
    "commit:storage.clinics:Clinics.save",
    "commit:storage.clocks:ClockStore.engage",
    "commit:storage.clocks:ClockStore.forget",
    "commit:storage.clocks:ClockStore.note",
    "commit:storage.clocks:ClockStore.release",
    "commit:storage.daily_people:DailyPeople.take",
    "commit:storage.day_keys:DayKeys._found_or_made",
    "commit:storage.day_keys:DayKeys.destroy_old",
    "commit:storage.deliveries:DeliveryStore.claim",
    "commit:storage.documents:Fetches._settle",
    "commit:storage.documents:Fetches.claim",
    "commit:storage.documents:Fetches.give_back",
    "commit:storage.follow_ups:FollowUpStore.claim",
    "commit:storage.follow_ups:FollowUpStore.move",
    "commit:storage.inbox:InboxStore.claim",
    "commit:storage.inbox:InboxStore._store",
    "commit:storage.inbox:InboxStore.give_back",
    "commit:storage.invitations:Invitations.add",
    "commit:storage.open_pages:OpenPages.forget_old",
    "commit:storage.open_pages:OpenPages.note",
    "commit:storage.open_pages:OpenPages.take_back",
    "commit:storage.opening:make_ready",
    "commit:storage.outbox:OutboxStore._with_changes",
    "commit:storage.outbox:OutboxStore.claim",
    "commit:storage.outbox:OutboxStore.postpone",
    "commit:storage.outbox:OutboxStore.rest",
    "commit:storage.outbox:OutboxStore.settle_failed",
    "commit:storage.outbox:OutboxStore.settle_sent",
    "commit:storage.staff:StaffRoom.add",
    "commit:storage.staff:StaffRoom.end_session",
    "commit:storage.staff:StaffRoom.make_link",
    "commit:storage.staff:StaffRoom.open_session",
    "commit:storage.staff:StaffRoom.set_password",
    "commit:storage.staff:StaffRoom.signed_in",
    "commit:storage.staff:StaffRoom.spend_link",
    "commit:storage.stuck:Stuck._end",
    "commit:storage.unit_of_work:UnitOfWork._learn",
    "commit:storage.unit_of_work:UnitOfWork.save",
    "http:bot.channels.telegram.channel:TelegramChannel._locate",
    "http:bot.channels.telegram.channel:TelegramChannel._send_text",
    "http:bot.channels.telegram.channel:TelegramChannel._stop_spinner",
    "http:bot.channels.telegram.channel:TelegramChannel.probe",
    "http:bot.channels.telegram.channel:TelegramChannel.show_commands",
    "http:bot.channels.telegram.channel:TelegramChannel.username",
    "http:bot.channels.telegram.download:download",
    "http:bot.channels.telegram.poll:Poller._poll",
    "http:bot.channels.telegram.poll:drop_webhook",
    "http:bot.channels.telegram.webhook:set_webhook",
    "http:bot.channels.whatsapp.client:Graph._call",
    "http:bot.channels.whatsapp.client:Graph.open_file",
    "http:bot.mail:Mailer._hand_over",
)
"""Sites that a crash run comes to."""

ON_SQLITE = frozenset({"commit:bot.app:_give_out_again"})
"""Sites that there are on SQLite only: a start gives back what nobody else can hold."""

ON_POSTGRES = frozenset(site for site in HIT if "OpenPages" in site)
"""Sites that there are on PostgreSQL only: several web processes tell each other of their pages."""

ELSEWHERE = {
    "commit:handlers.inbound:Inbound._of_team": "staff who join: tests/journeys/test_alerts.py",
    "commit:storage.adverse_events:AdverseEvents.close": CASES,
    "commit:storage.adverse_events:AdverseEvents.move": CASES,
    "commit:storage.adverse_events:AdverseEvents.note": CASES,
    "commit:storage.adverse_events:AdverseEvents.open": CASES,
    "commit:storage.adverse_events:AdverseEvents.remind": CASES,
    "commit:storage.api_tokens:ApiTokens.add": API,
    "commit:storage.api_tokens:ApiTokens.end": API,
    "commit:storage.api_tokens:ApiTokens.shown": API,
    "commit:storage.alert_notices:NoticeStore.claim": ALERTS,
    "commit:storage.alert_notices:NoticeStore.drop": ALERTS,
    "commit:storage.alert_notices:NoticeStore.fail": ALERTS,
    "commit:storage.alert_notices:NoticeStore.postpone": ALERTS,
    "commit:storage.alert_notices:NoticeStore.settle": ALERTS,
    "commit:storage.alerts:AlertStore.claim": ALERTS,
    "commit:storage.alerts:AlertStore.climbed": ALERTS,
    "commit:storage.alerts:AlertStore.give_back": ALERTS,
    "commit:storage.alerts:AlertStore.take": ALERTS,
    "commit:storage.on_call:OnCallRoom.save": ALERTS,
    "commit:storage.on_call:OnCallRoom.tell_the_day": ALERTS,
    "commit:storage.on_call:OnCallRoom.unlink": ALERTS,
    "http:bot.channels.telegram.channel:TelegramChannel._send_file": "who asks for a copy: tests/channels",
    "commit:storage.deliveries:DeliveryStore.again": SUMMARIES,
    "commit:storage.deliveries:DeliveryStore.give_back": SUMMARIES,
    "commit:storage.deliveries:DeliveryStore.save_way": SUMMARIES,
    "commit:storage.deliveries:DeliveryStore.seen": "somebody looked: tests/console/test_summary_pages.py",
    "commit:storage.deliveries:DeliveryStore.settle": SUMMARIES,
    "http:bot.summaries.carriers:_post": SUMMARIES,
    "commit:bot.cli.vault:backup.act": "one row, when a backup is whole: tests/storage/test_backup.py",
    "commit:bot.health:Health._database": "it writes only after the database failed: tests/bot, tests/chaos",
    "commit:bot.whatsapp_upkeep:Upkeep._keep": LIMIT,
    "commit:bot.whatsapp_upkeep:Upkeep.let_go": "after a refused template: tests/storage/test_letting_go.py",
    "commit:storage.accounts:Accounts.refused": "an account that was refused: tests/bot/test_standing.py",
    "commit:storage.accounts:Accounts.works": "a process's first send: tests/bot/test_standing.py",
    "commit:storage.assignments:Assignments.assign": "one row: tests/console/test_interpreters.py",
    "commit:storage.assignments:Assignments.end": "one row: tests/console/test_interpreters.py",
    "commit:storage.daily_people:DailyPeople.forget_old": LIMIT,
    "commit:storage.daily_people:DailyPeople.set_limit": LIMIT,
    "commit:storage.documents:Fetches.keep": "its files come at once: tests/scheduler/test_fetches.py",
    "commit:storage.documents:Fetches.sweep": "after an erasure: tests/storage/test_documents.py",
    "commit:storage.erasure.erasing:Erasing._bury": "after its tombstone: tests/storage/test_erasure.py",
    "commit:storage.follow_ups:FollowUpStore.give_back": "an orderly stop: tests/scheduler/test_stopping.py",
    "commit:storage.held:HeldMessages.release": "after a refused template: tests/storage/test_held.py",
    "commit:storage.legal_holds:LegalHolds.end": "one commit: tests/storage/test_retention.py",
    "commit:storage.legal_holds:LegalHolds.set": "one commit: tests/storage/test_retention.py",
    "commit:storage.migrations.__init__:upgrade": "a migration: `make upgrades` kills it at every statement",
    "commit:storage.retention.working:Retention.work_off": "after months: tests/storage/test_retention.py",
    "commit:storage.row_security:OneClinic.write": "whoever calls it is a site: storage.postgres commits",
    "commit:storage.row_security:OneClinic.write_long": "nobody writes so for one clinic",
    "commit:storage.rotation:Rotation._patients": "`make rotation` kills it at every change",
    "commit:storage.rotation:Rotation.run": "`make rotation` kills it at every change",
    "commit:storage.standing_tasks:StandingTasks.stand": "a template that Meta lacks: tests/storage",
    "commit:storage.stuck:Stuck.let_go_unreadable": "days after three faults: tests/storage/test_stuck.py",
}
"""Sites that a crash run does not come to."""


def wanted(kind):
    """Return the sites that a run on this kind of database ("sqlite", "postgresql") has to hit."""
    others = ON_POSTGRES if kind == "sqlite" else ON_SQLITE
    return [site for site in HIT if site not in others]
