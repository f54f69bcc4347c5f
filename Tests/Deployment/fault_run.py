"""The fault run: requests under load on the whole topology, with about one fault a second.

    script/topology break fault_run --requests 100000

Every answer is compared with the right one; nothing wrong is served, nothing that was reported stored is lost, every failure
is one that a client may retry, and at the end all is well again, with no more memory than before. What is wrong is printed,
and the run fails.
"""

import argparse
import asyncio
import pathlib
import random
import statistics
import sys
import tempfile
import time
from collections import Counter

import school
from answers import Ledger, right_answers
from changes import Changes
from client import Connection, Hung, Lost, Refused
from faults import Faults
from processes import Failed, descriptors, memory, note, threads, until
from questions import Choice, every
from topology import topology

# What a client may get instead of an answer, and ask again.
RETRIED = {503, 504}
# Beside questions: what must answer, whatever happens to the rest.
OTHERS = {"/health/live": {200}, "/health/ready": {200, 503}, "/v1/info": {200, 503, 504}, "/v1/reports": {200},
          "/students": {200, 503, 504}, "/openapi.json": {200}}
# A question takes at most query_timeout; what takes much longer hangs.
PATIENCE = 20.0
# Of the questions to which a server gave a status at all, how many it answered: 200 or 304. A short run has 99 of 100.
LEAST_ANSWERED = 0.9
# Of all questions, those included that a server which is down refuses at once. A short run has 92 of 100.
LEAST_ANSWERED_OF_ALL = 0.7
# Changes of the data for each second of load. Runs have about one in two; one that waits for a job takes long.
LEAST_CHANGES = 1 / 20


class Load:
    """Clients that ask, each over connections of its own, at an even pace together."""

    def __init__(self, topology, ledger, questions, requests, rate, seed):
        self.topology = topology
        self.ledger = ledger
        self.questions = questions
        self.left = requests
        self.total = requests
        self.pace = 1 / rate
        self.next = time.monotonic()
        self.chance = random.Random(seed)
        self.outcomes = Counter()
        # What became of the questions: answered, not now, none.
        self.questioned = Counter()
        self.seconds = 0
        self.sources = Counter()
        self.times = []

    @property
    def asked(self):
        return self.total - self.left

    async def run(self, clients):
        began = self.next = time.monotonic()
        await asyncio.gather(*(self._client(number) for number in range(clients)))
        self.seconds = time.monotonic() - began

    def judge(self):
        """Whether the servers answered: one that only ever says that it cannot is never wrong."""
        answered, given = self.questioned["answered"], self.questioned["answered"] + self.questioned["not now"]
        if answered < LEAST_ANSWERED * given:
            self.ledger.find(f"servers answered only {answered:,} of {given:,} questions, and put off the others")
        if answered < LEAST_ANSWERED_OF_ALL * self.questioned.total():
            self.ledger.find(f"only {answered:,} of all {self.questioned.total():,} questions were answered")

    async def _client(self, number):
        choice = Choice(self.questions, number)
        connections = {}
        while self.left > 0:
            self.left -= 1
            await self._wait()
            server = choice.chance.choice(self.topology.servers)
            connection = connections.setdefault(server.name, Connection(server.port, PATIENCE))
            if choice.chance.random() < 0.02:
                await self._ask_other(server, connection, choice.chance)
            else:
                await self._ask(server, connection, choice.next(), choice.chance)
        for connection in connections.values():
            connection.close()

    async def _wait(self):
        """Keeps the pace of all clients together; who is late does not make up for it in a burst."""
        now = time.monotonic()
        self.next = max(self.next + self.pace, now - 1)
        if self.next > now:
            await asyncio.sleep(self.next - now)

    async def _ask(self, server, connection, question, chance):
        headers = {}
        if chance.random() < 0.3:
            headers["Accept-Encoding"] = "gzip"
        if chance.random() < 0.2 and (tag := self._tag(question)):
            headers["If-None-Match"] = tag
        life, floor, began = server.life, self.ledger.floor(server), time.monotonic()
        response = await self._request(server, connection, question.target, headers)
        if response is None:
            self.questioned["none"] += 1
        elif response.status in (200, 304):
            self.questioned["answered"] += 1
            self.sources[response.headers.get("cache-status", "none")] += 1
            self.ledger.answered(server, life, floor, question, response)
        elif response.status in RETRIED:
            self.questioned["not now"] += 1
            self._judge_retried(server, question.target, response, began)
        else:
            self.ledger.find(f"{question.target}: {response.status} {response.body[:300]}")

    def _judge_retried(self, server, target, response, began):
        """It says in due form that it cannot answer now, and a fault explains it."""
        if response.headers.get("content-type") != "application/problem+json":
            self.ledger.find(f"{target}: {response.status} that is no problem document: {response.headers}")
        elif response.json()["type"].endswith(":overloaded") and not response.headers.get("retry-after", "").isdecimal():
            self.ledger.find(f"{target}: too many questions at once, without Retry-After: {response.headers}")
        if not self.topology.explains_refusal(server, began, time.monotonic()):
            self.ledger.find(f"server {server.name}, {target}: {response.status} without a fault that explains it:"
                             f" {response.body[:300]}")

    def _tag(self, question):
        return self.chance.choice(self.ledger.last_tags.get(question, [None]))

    async def _ask_other(self, server, connection, chance):
        target = chance.choice(list(OTHERS))
        began = time.monotonic()
        response = await self._request(server, connection, target, {})
        if response is None:
            return
        if response.status not in OTHERS[target]:
            self.ledger.find(f"{target}: {response.status} {response.body[:300]}")
        elif response.status in RETRIED and not self.topology.explains_refusal(server, began, time.monotonic()):
            self.ledger.find(f"server {server.name}, {target}: {response.status} without a fault that explains it:"
                             f" {response.body[:300]}")

    async def _request(self, server, connection, target, headers):
        """An answer; None where a fault explains that there is none."""
        began = time.monotonic()
        try:
            response = await connection.request("GET", target, headers)
        except (Refused, Lost) as error:
            self.outcomes[type(error).__name__.lower()] += 1
            if not server.may_drop(min(began, connection.opened), time.monotonic()):
                self.ledger.find(f"server {server.name}, {target}: {type(error).__name__} {error}, and nobody had stopped it")
            await asyncio.sleep(0.05)
            return None
        except Hung as error:
            self.outcomes["hung"] += 1
            self.ledger.find(f"server {server.name}: {error}")
            return None
        self.outcomes[str(response.status)] += 1
        self.times.append(time.monotonic() - began)
        return response


class Watch:
    """Looks at the server that lives through all of it, and at servers that end by themselves."""

    def __init__(self, topology, ledger, load):
        self.topology = topology
        self.ledger = ledger
        self.load = load
        self.seen = []

    async def go_on(self, stopped):
        server = self.topology.servers[0]
        next_note = 0
        while not stopped.is_set():
            for one in self.topology.servers:
                if one.process.returncode is not None and not one.lock.locked():
                    self.ledger.find(f"server {one.name} ended with {one.process.returncode}:\n{one.tail()}")
                    return
            self.seen.append((self.load.asked, memory(server.pid), descriptors(server.pid), threads(server.pid)))
            if self.load.asked >= next_note:
                note(f"{self.load.asked:,} requests; server {server.name} has {self.seen[-1][1] >> 20} MiB, "
                     f"{self.seen[-1][2]} descriptors, {self.seen[-1][3]} threads; {dict(self.load.outcomes)}")
                next_note += self.load.total // 10
            await asyncio.sleep(1)

    def judge(self):
        """Whether the last tenth of the run has much more of anything than the second fifth."""
        total = self.load.total
        middle = [one for one in self.seen if 0.2 * total <= one[0] < 0.4 * total] or self.seen[:1]
        late = [one for one in self.seen if one[0] >= 0.9 * total] or self.seen[-1:]
        for index, name, more in ((1, "bytes of memory", 128 << 20), (2, "descriptors", 64), (3, "threads", 32)):
            before, after = (statistics.median(one[index] for one in part) for part in (middle, late))
            if after > before * 1.5 + more:
                self.ledger.find(f"the server's {name} grew from {before:,.0f} to {after:,.0f}")


async def fault_run(options, made, ledger, questions, folders):
    changes = Changes(made, ledger, folders, options.seed + 1, options.only)
    await changes.begin()
    await made.serve(["a"])
    await made.serve(["b"], made.stale)
    note(f"the school is at version {changes.version}; all questions are asked of both servers, undisturbed")
    await ask_all(made, ledger, questions)
    ledger.judge()
    if ledger.wrong_count:
        return changes, None, None, None
    load = Load(made, ledger, questions, options.requests, options.rate, options.seed + 2)
    faults = Faults(made, ledger, options.seed + 3)
    watch = Watch(made, ledger, load)
    stopped, ended = asyncio.Event(), asyncio.Event()
    disturbing = [asyncio.create_task(changes.go_on(stopped)), asyncio.create_task(watch.go_on(ended))]
    if not options.no_faults:
        disturbing.append(asyncio.create_task(faults.go_on(stopped)))
    await load.run(options.clients)
    note("all requests are asked; the last faults are mended")
    stopped.set()
    await asyncio.gather(*(task for task in disturbing if task is not disturbing[1]))
    ended.set()
    await disturbing[1]
    watch.judge()
    load.judge()
    if not options.only:
        changes.judge(load.seconds * LEAST_CHANGES)
    if not options.no_faults:
        faults.judge(load.seconds)
    await recover(options, made, ledger, changes, questions)
    return changes, load, faults, watch


async def ask_all(made, ledger, questions):
    """Asks every question of every server, once."""
    for server in made.servers:
        connection = Connection(server.port, PATIENCE)
        for question in questions:
            floor = ledger.floor(server)
            response = await connection.request("GET", question.target)
            if response.status == 200:
                ledger.answered(server, server.life, floor, question, response)
            else:
                ledger.find(f"{question.target}, undisturbed: {response.status} {response.body[:300]}")
        connection.close()


async def recover(options, made, ledger, changes, questions):
    """All is well again soon, and each server gives the newest version's right answers."""
    await changes.mend()
    began = time.monotonic()
    for server in made.servers:
        async def is_well(server=server):
            connection = Connection(server.port, PATIENCE)
            try:
                ready = await connection.request("GET", "/health/ready")
                if ready.status != 200 or ready.json()["status"] not in ("ready", "ok"):
                    is_well.last = ready.body
                    return False
                answer = await connection.request("GET", questions[0].target)
                is_well.last = answer.body[:300]
                return answer.status == 200 and answer.json()["data_version"] == changes.version
            except (Refused, Lost, Hung) as error:
                is_well.last = repr(error)
                return False
            finally:
                connection.close()

        is_well.last = None
        try:
            await until(is_well, options.recovery, f"server {server.name} is well again")
        except Failed as error:
            ledger.find(f"{error}; at last it said {is_well.last!r}")
    note(f"well again after {time.monotonic() - began:.1f} s")
    await ask_all(made, ledger, questions)


def summary(ledger, compared, changes, load, faults, watch, seconds):
    """What happened, in a page."""
    lines = [f"answers compared: {compared:,} of {len(ledger.states)} versions, {ledger.stale:,} of them stale by their own words"]
    if load:
        times = sorted(load.times)
        lines += [
            f"requests: {load.total:,} in {seconds:.0f} s; " + ", ".join(
                f"{name}: {count:,}" for name, count in sorted(load.outcomes.items())),
            f"of the questions to which a server said something, answered: "
            f"{100 * load.questioned['answered'] / max(1, load.questioned.total() - load.questioned['none']):.1f} %; "
            f"of all: {100 * load.questioned['answered'] / load.questioned.total():.1f} %",
            "answers by source: " + ", ".join(f"{name}: {count:,}" for name, count in load.sources.most_common()),
            f"time to an answer: median {times[len(times) // 2] * 1000:.1f} ms, 99 %"
            f" {times[len(times) * 99 // 100] * 1000:.0f} ms, longest {times[-1]:.1f} s",
            f"faults: {sum(faults.done.values())}",
            *(f"  {count:4} {name}" for name, count in faults.done.most_common()),
            f"changes: {sum(changes.done.values())}",
            *(f"  {count:4} {kind}: {outcome}" for (kind, outcome), count in sorted(changes.done.items())),
            f"memory of server a: {min(one[1] for one in watch.seen) >> 20} to {max(one[1] for one in watch.seen) >> 20} MiB,"
            f" at the end {watch.seen[-1][1] >> 20} MiB, {watch.seen[-1][2]} descriptors, {watch.seen[-1][3]} threads",
        ]
    lines.append(f"wrong: {ledger.wrong_count}")
    return "\n".join(lines)


def keep_logs(folder, kept):
    kept.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        (kept / log.name).write_bytes(log.read_bytes())


async def main(options):
    with tempfile.TemporaryDirectory(prefix="rollbook-faults.") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o711)
        questions = every()
        note(f"seed {options.seed}")
        folders = school.make(options.program, folder)
        ledger = Ledger(await right_answers(options.program, folders, questions, folder))
        began = time.monotonic()
        async with topology(options.program, folder) as made:
            try:
                changes, load, faults, watch = await fault_run(options, made, ledger, questions, folders)
            finally:
                if options.keep_logs:
                    keep_logs(folder, pathlib.Path(options.keep_logs))
        compared = ledger.judge()
        print(summary(ledger, compared, changes, load, faults, watch, time.monotonic() - began))
        for words in ledger.wrong:
            print(f"WRONG: {words}")
        return 1 if ledger.wrong_count else 0


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=".build/debug/rollbook", help="the built rollbook (%(default)s)")
    parser.add_argument("--requests", type=int, default=15_000, help="how many (%(default)s)")
    parser.add_argument("--rate", type=float, default=250, help="requests a second (%(default)s)")
    parser.add_argument("--clients", type=int, default=48, help="how many ask at the same time (%(default)s)")
    parser.add_argument("--recovery", type=float, default=60, help="seconds within which all is well again (%(default)s)")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30), help="what chance depends on (any)")
    parser.add_argument("--no-faults", action="store_true", help="only the load and the changes")
    parser.add_argument("--only", default="", help="only changes whose name holds this: import, refresh, job, killed")
    parser.add_argument("--keep-logs", help="a folder for the servers' logs")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(main(options())))
    except Failed as error:
        sys.exit(f"WRONG: {error}")
