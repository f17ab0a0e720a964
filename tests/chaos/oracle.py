"""What may have happened and what may not, from the provider's ledger and the contract export alone."""

from collections import Counter, defaultdict

SENDS = ("sendMessage", "sendDocument", "messages")
SETTLED = frozenset({"sent", "delivered", "read"})
ALLOWED = frozenset({"200", "503"})


def accepted(ledger):
    """Return how often the provider took each message, by its outbox id."""
    return Counter(
        line["outbox"] for line in ledger if line["accepted"] and line["outbox"] and line["method"] in SENDS
    )


def doubles(ledger, sends):
    """Return how many messages came more than once, and the ids that no ambiguous send explains.

    A message may come once more for each time that nobody knew whether it had arrived, and once at most.
    """
    ambiguous = {row["outbox_id"]: row["ambiguous"] for row in sends}
    counts = accepted(ledger)
    doubled = {outbox: count - 1 for outbox, count in counts.items() if count > 1}
    wrong = [outbox for outbox, more in doubled.items() if more > min(ambiguous.get(outbox, 0), 1)]
    return sum(doubled.values()), wrong


def unsettled(sends):
    """Return the states of the rows that are not as they should be once all is calm."""
    return Counter(row["state"] for row in sends if row["state"] not in SETTLED)


def never_taken(ledger, sends):
    """Return the ids of messages that are said to be sent and that the provider never took."""
    counts = accepted(ledger)
    return [
        row["outbox_id"]
        for row in sends
        if row["state"] in SETTLED and row["channel"] != "web" and not counts[row["outbox_id"]]
    ]


def webhook_answers(ledger):
    """Return how the product answered the provider's deliveries."""
    return Counter(line["verdict"] for line in ledger if line["method"] == "webhook")


def forbidden(statuses):
    """Return how many answers were neither good nor 503."""
    return sum(count for status, count in statuses.items() if str(status) not in ALLOWED)


def wrong_answers(export, people):
    """Return, by name, what differs from the answers that people gave: each exactly once.

    `people` maps the names they gave to what they answered: link ids to values, with NAME where the name
    stands.
    """
    by_patient = defaultdict(list)
    for row in export["answers"]:
        by_patient[row["patient"]].append((row["link_id"], str(row["value"])))
    found = {dict(given).get("id.name"): Counter(given) for given in by_patient.values()}
    wrong = {}
    for name, wanted in people.items():
        given = found.get(name, Counter())
        meant = Counter((link, str(name if value == NAME else value)) for link, value in wanted.items())
        if given != meant:
            wrong[name] = {"missing": list(meant - given), "too many": list(given - meant)}
    return wrong


NAME = object()
"""Stands for the person's own name in what they are to have answered."""


def out_of_order(said, replies):
    """Return whether `replies` are not what was to follow from `said`, in this order, each once."""
    return list(said) != list(replies)
