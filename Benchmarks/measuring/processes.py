"""Programs that are run to their end and measured, and servers that are stopped whatever happens."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass


def note(text):
    """A line of progress."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Usage:
    """What a program took: seconds on the clock and of all cores, and the most memory in bytes; and what it said."""

    wall: float
    cpu: float
    memory: int
    said: str = ""


def run(arguments, environment=None):
    """Runs a program to its end.

    Raises RuntimeError, with what it said, where it fails.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(argument) for argument in arguments], env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        raise
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, arguments))} failed:\n{said[-2000:]}")
    return Usage(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10, said)


def free_port():
    """A port that nobody listens on at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def serving(arguments, log, is_ready, stop=signal.SIGTERM, environment=None, user=None):
    """Starts a server, waits until it answers, and stops it at the end. Gives its process id."""
    with open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [str(argument) for argument in arguments], env={**os.environ, **(environment or {})},
            stdout=output, stderr=output, user=user, group=user, extra_groups=[] if user else None)
    try:
        deadline = time.monotonic() + 60
        while not is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{arguments[0]} does not serve; see {log}")
            time.sleep(0.05)
        yield process.pid
    finally:
        process.send_signal(stop)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(port, target):
    """Whether a server answers a target with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", target)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def serving_rollbook(program, database, log, environment=None):
    """Serves a database. Gives the port and the process id."""
    return _serving_on_port(
        lambda port: [program, "serve", "--port", port, "--database", database], "/health/live", log, environment)


def serving_bare_route(program, file, log):
    """Serves the bytes of a file. Gives the port and the process id."""
    return _serving_on_port(lambda port: [program, file, port], "/", log)


@contextlib.contextmanager
def _serving_on_port(arguments, target, log, environment=None):
    port = free_port()
    with serving(arguments(port), log, lambda: answers(port, target), environment=environment) as process:
        yield port, process


def peak_memory(process):
    """The most memory that a running process ever had, in bytes."""
    with open(f"/proc/{process}/status", encoding="utf-8") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) << 10
