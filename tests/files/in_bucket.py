"""What a large file weighs in a process whose shelf is a bucket (S3): kept, read again, previewed.

python -m tests.files.in_bucket MEGABYTES      the process that is weighed; `weigh_in_bucket` starts it
"""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

from bot.checker.pool import Checker
from storage.blobs import Blobs
from tests.fakes.bucket import FakeBucket, running, settings_for
from tests.files.weight import weigh_once


async def weigh_in_bucket(megabytes: int) -> list[float]:
    """Return what keeping, reading and previewing adds to the memory of a process of its own, in MB each."""
    with tempfile.TemporaryDirectory() as folder:
        bucket = FakeBucket(Path(folder))
        async with running(bucket) as address:
            told = await _measured(megabytes, folder, os.environ | settings_for(address))
        assert bucket.parts > megabytes // 10, "it did not go up in parts"
        assert not bucket.begun, "parts were left over"
    return told


async def _measured(megabytes, folder, environment):
    """Run the process that is weighed, and return what it printed."""
    command = (sys.executable, "-m", "tests.files.in_bucket", str(megabytes))
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the process that is weighed has failed")
    return json.loads(said.splitlines()[-1])


async def _weigh(megabytes):
    """Keep a film in the bucket, read it and have it looked at again; return what each step added."""
    blobs, checker = Blobs("s3://papers/clinic"), Checker()
    await weigh_once(blobs, checker, 1)
    grown = await weigh_once(blobs, checker, megabytes)
    checker.close()
    return grown


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(_weigh(int(sys.argv[1])))))
