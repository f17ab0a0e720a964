"""Lines of strace, read: what is acknowledged was kept before, by the product and by its database server."""

import re
from dataclasses import dataclass, field

LINE = re.compile(r"^(\d+) +(?:<\.\.\. (?P<resumed>\w+) resumed>)?(?P<rest>.*)$")
START = re.compile(r"(?P<call>\w+)\((?P<fd>\d+)<(?P<path>[^>]*)>")
WROTE = re.compile(r"INSERT 0 [1-9]")
SYNCS = {"fsync", "fdatasync"}
SENDS = {"sendto", "sendmsg", "write"}
READS = {"recvfrom", "recvmsg", "read"}


@dataclass
class Calls:
    """Follows calls that several processes make at once; `starts` and `ended` say what they mean."""

    begun: dict = field(default_factory=dict)
    wrong: list = field(default_factory=list)

    def note(self, number, pid, text):
        """Take the next line of the trace."""
        found = LINE.match(text)
        if found is None:
            return
        rest = found["rest"]
        if found["resumed"]:
            call, path, began = self.begun.pop(pid, ("", "", number))
            self.ended(call, path, began, rest, pid)
            return
        started = START.match(rest)
        if started is None:
            return
        call, path = started["call"], started["path"]
        self.starts(number, call, path, rest, pid)
        if rest.endswith("<unfinished ...>"):
            self.begun[pid] = (call, path, number)
        else:
            self.ended(call, path, number, rest, pid)


@dataclass
class Order(Calls):
    """What the product did: deliveries that were read, and whether they were kept since."""

    is_sqlite: bool = True
    read: dict = field(default_factory=dict)
    seen: dict = field(default_factory=lambda: {"webhook": 0, "poll": 0})

    def starts(self, number, call, path, rest, _):
        """An acknowledgement counts from when it is begun."""
        if call not in SENDS:
            return
        if "HTTP/1.1 200" in rest and path in self.read:
            self._acknowledged("webhook", path, number)
        elif "&offset=" in rest and "poll" in self.read:
            self._acknowledged("poll", "poll", number)

    def ended(self, call, path, began, rest, _):
        """What was read, synced or committed counts from when it had ended."""
        if call in SYNCS and self.is_sqlite and "yorisoi.db" in path:
            self._kept(began)
        elif call in READS:
            if "COMMIT\\0" in rest and not self.is_sqlite:
                self._kept(began)
            elif "POST /webhooks/" in rest:
                self.read[path] = [began, False]
            elif "update_id" in rest and '"result"' in rest.replace("\\", ""):
                self.read["poll"] = [began, False]

    def _kept(self, began):
        for delivery in self.read.values():
            if began > delivery[0]:
                delivery[1] = True

    def _acknowledged(self, way, key, number):
        _, is_kept = self.read.pop(key)
        self.seen[way] += 1
        if not is_kept:
            self.wrong.append(f"line {number}: {way}")


@dataclass
class ServerOrder(Calls):
    """What the server did: commits of what was inserted, and whether its log was synced before its reply."""

    wrote: set = field(default_factory=set)
    asked: dict = field(default_factory=dict)
    seen: int = 0

    def starts(self, number, call, _, rest, pid):
        """A reply counts from when it is begun."""
        if call not in SENDS:
            return
        if WROTE.search(rest):
            self.wrote.add(pid)
        if "ROLLBACK\\0" in rest:
            self.wrote.discard(pid)
        if "COMMIT\\0" in rest and pid in self.asked:
            self.seen += 1
            if not self.asked.pop(pid)[1]:
                self.wrong.append(f"line {number}: reply of the server")

    def ended(self, call, path, began, rest, pid):
        """What was asked or synced counts from when it had ended."""
        if call in READS and "COMMIT;" in rest and pid in self.wrote:
            self.wrote.discard(pid)
            self.asked[pid] = [began, False]
        elif call in SYNCS and "pg_wal" in path:
            for commit in self.asked.values():
                commit[1] = commit[1] or began > commit[0]
