"""A process that was started by one that is killed does not stay behind."""

import os
import select
import signal
import subprocess
import sys

PARENT = """
import subprocess, sys
from tests.crash.bound import bound
child = subprocess.Popen(["sleep", "600"], preexec_fn=bound())
print(child.pid, flush=True)
child.wait()
"""


def test_whoever_was_started_ends_with_a_driver_that_is_killed():
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
        gone, _, _ = select.select([child], [], [], 20)
        os.close(child)
    assert gone
