"""One life of a process of the product: forked from the zygote, hooked, run until it is killed."""

import os
import socket
import threading
import time
import traceback

import bot.failpoints
from bot.cli.app import MODULES, named
from bot.cli.staff import staff_add
from tests.crash import hooks
from tests.crash.errands import ERRANDS
from tests.crash.looking import looker_at

COMMANDS = {name: named(name) for name in MODULES} | {"staff_add": staff_add} | dict(ERRANDS)
"""All that a process may be told to do: its modules are imported before the first life is forked."""


def live(order):
    """Be the process that `order` describes; never return."""
    try:
        _be(order)
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    except BaseException:  # noqa: BLE001 - said in the log; the zygote's own stack must not go on
        traceback.print_exc()
        os._exit(70)
    os._exit(0)


def _be(order):
    _redirect(order["log"])
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(order["socket"])
    tell = hooks.teller(connection)
    tell({"id": order["id"], "pid": os.getpid()})
    looker = looker_at(order["environment"])
    trap = hooks.Trap(order["trap"], tell, looker.count)
    hooks.install(trap)
    bot.failpoints.die = lambda point: trap.die((f"failpoint:{point}",), "named")
    threading.Thread(target=_tell_what_is_open, args=(tell, looker), daemon=True).start()
    COMMANDS[order["command"]](**order["arguments"])
    tell({"done": True})


def _tell_what_is_open(tell, looker):
    """Tell the driver now and then how much there is to do: it moves the clock when that is nothing."""
    while True:
        time.sleep(looker.each)
        found = looker.count()
        if found:
            tell({"open": found})


def _redirect(path):
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
