"""`python -m tests.journeys.zygote`: has imported the product, and forks one for each line it is given.

A start takes two or three seconds, nearly all of it for modules and texts that are the same each time. A
line says the command's words, its environment and its outputs; one comes back when it has begun, and one
when it has ended.
"""

import gc
import json
import os
import select
import signal
import sys
from importlib import import_module

from bot.__main__ import main as yorisoi
from bot.channels.web import pages
from bot.cli.app import MODULES
from bot.console import render
from bot.surroundings import DEFAULT_PACK, pack_folder, read_folder
from tests.memory import make_each_field_once, read_each_file_once

SOON = 0.5
"""Seconds after which it looks for ended children even if no signal said so."""


def main():
    """Read everything, then fork until the input ends; a child returns from here and is the product."""
    for module in sorted(set(MODULES.values())):
        import_module(f"bot.cli.{module}")
    read_each_file_once()
    make_each_field_once()
    read_folder(pack_folder(DEFAULT_PACK))
    for environment in (render.templates(), pages.templates()):
        for name in environment.list_templates(["html"]):
            environment.get_template(name)
    gc.collect()
    gc.freeze()
    orders, reports = os.dup(0), os.dup(1)
    order = _wait_for_orders(orders, reports)
    if order is not None:
        os.close(orders)
        os.close(reports)
        _become(order)
        yorisoi()


def _wait_for_orders(orders, reports):
    """Fork a child for each order; return the order in the child, None here when no more can come."""
    woken, waking = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waking)
    children, waiting = {}, b""
    while True:
        ready, _, _ = select.select([orders, woken], [], [], SOON)
        if woken in ready:
            os.read(woken, 4096)
        _report_ended(children, reports)
        if orders not in ready:
            continue
        if not (read := os.read(orders, 1 << 20)):
            return _end(children)
        *lines, waiting = (waiting + read).split(b"\n")
        for order in map(json.loads, lines):
            if (child := os.fork()) == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.close(woken)
                os.close(waking)
                return order
            children[child] = order["id"]
            _say(reports, {"id": order["id"], "pid": child})


def _report_ended(children, reports):
    while children:
        child, status = os.waitpid(-1, os.WNOHANG)
        if not child:
            return
        _say(reports, {"id": children.pop(child), "code": os.waitstatus_to_exitcode(status)})


def _end(children):
    """Leave nobody behind whom nobody can stop any more."""
    for child in children:
        os.kill(child, signal.SIGKILL)


def _become(order):
    """Be a process that was started with these words, this environment and these outputs."""
    out = {
        name: os.open(order[name], os.O_WRONLY | os.O_APPEND | os.O_CREAT) for name in ("stdout", "stderr")
    }
    for number, file in ((0, os.open(os.devnull, os.O_RDONLY)), (1, out["stdout"]), (2, out["stderr"])):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["yorisoi", *order["words"]]


def _say(reports, word):
    os.write(reports, json.dumps(word).encode() + b"\n")


if __name__ == "__main__":
    main()
