"""Programs that are run, looked at, and stopped whatever happens."""

import asyncio
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def note(text):
    """A line of progress."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


class Failed(Exception):
    """Something that must hold does not."""


def free_port():
    """A port of 127.0.0.1 where nobody listens, below those that the kernel gives to clients: nobody takes it while the
    server that has it is down for a moment."""
    for _ in range(100):
        port = random.randrange(15000, 30000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise Failed("there is no free port")


def environment(more):
    """The environment of a program that is to know only what it is told here."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ROLLBOOK_", "PG"))}
    return {**inherited, **more}


def run(arguments, more=None, limit=300):
    """Runs a program to its end and gives what it printed.

    Raises Failed, with what it said, where it fails.
    """
    done = subprocess.run(
        [str(argument) for argument in arguments], env=environment(more or {}), capture_output=True, text=True,
        timeout=limit, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise Failed(f"{arguments[0]} {arguments[1:3]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


async def start(arguments, more, log):
    """Starts a program that writes into a log, and dies with this one."""
    with open(log, "ab") as output:
        return await asyncio.create_subprocess_exec(
            *[str(argument) for argument in arguments], env=environment(more), stdin=subprocess.DEVNULL, stdout=output,
            stderr=output, preexec_fn=_die_with_parent)


def _die_with_parent():
    import ctypes
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


async def until(holds, limit, what):
    """Waits until something holds; the limit only turns a defect into a failure.

    Raises Failed where it does not within so many seconds.
    """
    end = time.monotonic() + limit
    while True:
        value = await holds()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"{what} within {limit} s")
        await asyncio.sleep(0.05)


def memory(pid):
    """The memory that a process has in use, in bytes."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def descriptors(pid):
    """How many files and sockets a process has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def threads(pid):
    """How many threads a process has."""
    return len(os.listdir(f"/proc/{pid}/task"))
