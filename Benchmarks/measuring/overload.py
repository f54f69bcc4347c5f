"""Ten times as many questions as the engine can answer, with readers of cached answers beside them."""

import asyncio
import itertools
import statistics
import time
from dataclasses import dataclass, field

from .page import heading
from .processes import note, serving_rollbook

#: How many questions the engine runs at once.
READERS = 4
#: How many questions may wait, and for how many seconds.
QUEUE, WAIT = 64, 5
#: How many cached answers are asked for in a second.
CACHED_RATE = 100
#: An answer that is in memory after its first two questions.
CACHED = "/v1/reports/engagement-trend?days=365&as_of=2026-01-01T00:00:00Z"
LIMIT = 30


@dataclass
class Load:
    """What a load saw: how many answers of each status, the seconds that each took, and what was not as it must be."""

    seconds: float
    times: dict = field(default_factory=dict)
    wrong: list = field(default_factory=list)

    def add(self, status, seconds):
        self.times.setdefault(status, []).append(seconds)

    def rate(self, status=200):
        return len(self.times.get(status, [])) / self.seconds

    def percentile(self, share, status=200):
        """In milliseconds."""
        ordered = sorted(self.times.get(status, [])) or [float("nan")]
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def longest(self):
        """The longest time of any answer, in seconds."""
        return max(itertools.chain.from_iterable(self.times.values()), default=float("nan"))


@dataclass(frozen=True)
class Round:
    """Computed and cached answers, at the capacity and at many times as much."""

    computed: Load
    cached: Load
    overloaded: Load
    cached_overloaded: Load

    @property
    def throughput_ratio(self):
        return self.overloaded.rate() / self.computed.rate()

    @property
    def cached_ratio(self):
        return self.cached_overloaded.percentile(0.99) / self.cached.percentile(0.99)


class Connections:
    """Connections that are used again: as many as there are questions at once."""

    def __init__(self, port):
        self.port = port
        self.idle = []

    async def ask(self, target):
        """Gives status, head and seconds of one answer."""
        began = time.perf_counter()
        reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(line for line in head.split("\r\n") if line.lower().startswith("content-length:"))
        await reader.readexactly(int(length.split(":")[1]))
        self.idle.append((reader, writer))
        return int(head.split(" ")[1]), head, time.perf_counter() - began

    def close(self):
        for _, writer in self.idle:
            writer.close()


class Questions:
    """Questions that nobody has asked before: each has an instant of its own."""

    def __init__(self):
        self.seconds = itertools.count()

    def __next__(self):
        number = next(self.seconds)
        clock = f"{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}"
        return f"/v1/reports/engagement-trend?days=365&as_of=2026-02-{1 + number // 86_400:02}T{clock}Z"


async def _note(load, connections, target):
    try:
        status, head, seconds = await asyncio.wait_for(connections.ask(target), LIMIT)
    except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
        load.wrong.append(repr(error))
        return
    load.add(status, seconds)
    if status == 503 and "retry-after:" not in head.lower():
        load.wrong.append("503 without Retry-After")
    elif status not in (200, 503):
        load.wrong.append(str(status))


async def _closed(port, questions, seconds, clients):
    """So many clients, each of which asks again as soon as it has its answer."""
    load, connections = Load(seconds), Connections(port)
    end = time.monotonic() + seconds

    async def client():
        while time.monotonic() < end:
            await _note(load, connections, next(questions))

    await asyncio.gather(*(client() for _ in range(clients)))
    connections.close()
    return load


async def _open(port, targets, seconds, rate):
    """So many questions in a second, whatever becomes of them."""
    load, connections, tasks = Load(seconds), Connections(port), set()
    began = time.monotonic()
    for number in itertools.count():
        due = began + number / rate
        if due >= began + seconds:
            break
        await asyncio.sleep(max(0, due - time.monotonic()))
        task = asyncio.create_task(_note(load, connections, next(targets)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    # Answers after the end are answers to questions of the time before, and of as many as the queue holds.
    await asyncio.gather(*tasks)
    load.seconds = max(seconds, time.monotonic() - began)
    connections.close()
    return load


async def _both(port, seconds, computed):
    cached = asyncio.create_task(_open(port, itertools.repeat(CACHED), seconds, CACHED_RATE))
    return await computed, await cached


def measure(rollbook, database, folder, seconds, times):
    """Asks at the capacity, then at many times as much."""
    settings = {
        "ROLLBOOK_READERS": str(READERS), "ROLLBOOK_QUEUE_LENGTH": str(QUEUE),
        "ROLLBOOK_QUEUE_MAXIMUM_WAIT": str(WAIT), "ROLLBOOK_LOG_LEVEL": "error",
    }
    questions = Questions()
    with serving_rollbook(rollbook, database, folder / "rollbook.log", settings) as (port, _):
        for _ in range(3):
            asyncio.run(_closed(port, itertools.repeat(CACHED), 0.2, 1))
        asyncio.run(_closed(port, questions, min(5, seconds), READERS))
        computed, cached = asyncio.run(_both(port, seconds, _closed(port, questions, seconds, READERS)))
        rate = computed.rate() * times
        overloaded, still = asyncio.run(_both(port, seconds, _open(port, questions, seconds, rate)))
    result = Round(computed, cached, overloaded, still)
    wrong = [reason for load in (computed, cached, overloaded, still) for reason in load.wrong]
    if wrong or still.rate(503) > 0:
        raise RuntimeError(f"{len(wrong)} answers were not as they must be: {sorted(set(wrong))[:5]}")
    note(
        f"computed {computed.rate():.1f}/s at capacity, {overloaded.rate():.1f}/s at {times} times as much;"
        f" cached p99 {cached.percentile(0.99):.1f} and {still.percentile(0.99):.1f} ms")
    return result


def markdown(students, times, about, rounds):
    """The page's first part."""
    middle = sorted(rounds, key=lambda one: one.throughput_ratio)[len(rounds) // 2]
    rows = [
        ("computed answers in a second", middle.computed.rate(), middle.overloaded.rate()),
        ("refused in a second (503, Retry-After)", middle.computed.rate(503), middle.overloaded.rate(503)),
        ("computed answer, median, ms", middle.computed.percentile(0.5), middle.overloaded.percentile(0.5)),
        ("refusal, 99th percentile, ms", float("nan"), middle.overloaded.percentile(0.99, 503)),
        ("longest wait for anything, s", middle.computed.longest, middle.overloaded.longest),
        ("cached answer, median, ms", middle.cached.percentile(0.5), middle.cached_overloaded.percentile(0.5)),
        ("cached answer, 99th percentile, ms", middle.cached.percentile(0.99), middle.cached_overloaded.percentile(0.99)),
    ]
    lines = [
        heading("overload", "Overload", about),
        f"A school of {students:,} students; {READERS} readers, {QUEUE} places in the queue, at most {WAIT} s of waiting."
        f" Every question is one that nobody has asked before. Beside them {CACHED_RATE} cached answers a second.", "",
        f"| | at capacity | {times} times as many questions |", "|---|---:|---:|",
    ]
    lines += [f"| {name} | {one:,.1f} | {other:,.1f} |".replace("nan", "–") for name, one, other in rows]
    throughput = statistics.median(one.throughput_ratio for one in rounds)
    cached = statistics.median(one.cached_ratio for one in rounds)
    lines += [
        "",
        f"Median of {len(rounds)} rounds: throughput under overload is {throughput:.2f} of that at capacity; the 99th"
        f" percentile of cached answers is {cached:.2f} times as long.", "",
    ]
    return "\n".join(lines) + "\n"
