"""A rolling restart under load, behind a load balancer that asks another server only where a connection is refused.

    script/topology break rolling_restart

Each server is stopped as a service manager stops it, and started again, in turn; no request is lost, and each server ends
with status 0.
"""

import argparse
import asyncio
import pathlib
import signal
import sys
import tempfile
import time
from collections import Counter

import school
from client import Connection, Hung, Lost, Refused, ask
from load_balancer import INTERVAL, LOOKS, LoadBalancer
from processes import Failed, free_port, note, until
from questions import Choice, every
from topology import topology

# Longer than the load balancer needs to notice.
DRAIN_DELAY = 2
# What no cache has: neither the servers' memory nor Redis.
NEVER_ASKED = f"/v1/reports/engagement-trend?days=17&as_of={school.AS_OF}"
# Seconds in which a server ends that has one for its shutdown: what it has begun beside questions waits up to five for the
# database.
LONGEST_END = 10


class Clients:
    """Clients of the load balancer, and what they got."""

    def __init__(self, port, questions):
        self.port = port
        self.questions = questions
        self.outcomes = Counter()
        self.stopped = asyncio.Event()

    async def run(self, number):
        choice = Choice(self.questions, number)
        connection = Connection(self.port, 60)
        while not self.stopped.is_set():
            # Some of what is asked is in memory, some is not; forgetting keeps it so.
            target = choice.next().target
            try:
                response = await connection.request("GET", target)
                self.outcomes[response.status] += 1
            except (Refused, Lost, Hung) as error:
                self.outcomes[type(error).__name__] += 1
            await asyncio.sleep(0.002)
        connection.close()

    @property
    def lost(self):
        return {outcome: count for outcome, count in self.outcomes.items() if outcome != 200}


async def forget(servers, stopped):
    """Keeps servers computing, so that answers are under way when they are stopped."""
    while not stopped.is_set():
        for server in servers:
            try:
                await ask(server.port, "POST", "/v1/cache/invalidate")
            except (Refused, Lost, Hung):
                pass
        await asyncio.sleep(0.1)


async def restart_each(made, rounds):
    """Stops and starts the servers in turn; gives how each ended."""
    statuses = []
    for _ in range(rounds):
        for server in made.servers:
            began = time.monotonic()
            ending = asyncio.create_task(server.end())
            # Readiness goes down first; everything else still works.
            async def draining(server=server):
                return await server.status("/health/ready") == 503

            await until(draining, 10, f"server {server.name} says that it is not ready")
            statuses.append(await ending)
            note(f"server {server.name} ended with {statuses[-1]} after {time.monotonic() - began:.1f} s")
            await server.begin()
            await asyncio.sleep(INTERVAL * (LOOKS + 2))
    return statuses


async def under_load(made, rounds):
    """Clients through the load balancer while each server is restarted; gives them, it, and how the servers ended."""
    balancer = LoadBalancer([server.port for server in made.servers], free_port())
    await balancer.listen()
    standing = asyncio.create_task(balancer.run())
    clients = Clients(balancer.port, every())
    asking = [asyncio.create_task(clients.run(number)) for number in range(16)]
    asking.append(asyncio.create_task(forget(made.servers, clients.stopped)))
    await asyncio.sleep(1)
    statuses = await restart_each(made, rounds)
    clients.stopped.set()
    await asyncio.gather(*asking)
    standing.cancel()
    return clients, balancer, statuses


async def second_signal_ends_at_once(made):
    """A server that is draining for an hour ends when it is told again."""
    await made.serve(["c"], {"ROLLBOOK_SERVER_DRAIN_DELAY": "3600"})
    server = made.servers.pop()
    server.process.terminate()

    async def draining():
        return await server.status("/health/ready") == 503

    await until(draining, 10, "the server says that it is not ready")
    server.process.send_signal(signal.SIGINT)
    status = await asyncio.wait_for(server.process.wait(), 10)
    if status != 130:
        raise Failed(f"a second signal ended the server with {status}")
    note("a second signal ends a server at once")


async def ends_without_its_database(made):
    """A server whose answers cannot be finished gives them up after its time, and ends."""
    await made.serve(["d"], {"ROLLBOOK_SERVER_SHUTDOWN_TIMEOUT": "1", "ROLLBOOK_QUERY_TIMEOUT": "600"})
    server = made.servers.pop()
    for database in (made.primary, made.replica):
        database.signal_all(signal.SIGSTOP)
    try:
        asking = asyncio.create_task(ask(server.port, "GET", NEVER_ASKED, patience=60))
        await asyncio.sleep(1)
        if asking.done():
            raise Failed(f"{NEVER_ASKED} was answered without a database: {asking.result().status}")
        began = time.monotonic()
        server.process.terminate()
        status = await asyncio.wait_for(server.process.wait(), 30)
        took = time.monotonic() - began
        try:
            outcome = (await asking).status
        except Lost as error:
            outcome = error
    finally:
        for database in (made.primary, made.replica):
            database.signal_all(signal.SIGCONT)
    note(f"a server whose database is stuck ended with {status} after {took:.1f} s; its client got {outcome!r}")
    if status != 0:
        raise Failed(f"a server whose database is stuck ended with {status}:\n{server.tail()}")
    if took > LONGEST_END:
        raise Failed(f"a server whose database is stuck took {took:.1f} s to end, which is too long")
    if not isinstance(outcome, Lost) and outcome not in (503, 504):
        raise Failed(f"the client of a server whose database is stuck got {outcome!r}")


async def main(options):
    with tempfile.TemporaryDirectory(prefix="rollbook-rolling.") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o711)
        folders = school.make(options.program, folder)
        async with topology(options.program, folder) as made:
            made.rollbook("import", "records", folders["first"])
            made.rollbook("refresh", "--as-of", school.AS_OF)
            await made.serve(["a", "b"], {"ROLLBOOK_SERVER_DRAIN_DELAY": str(DRAIN_DELAY)})
            clients, balancer, statuses = await under_load(made, options.rounds)
            await second_signal_ends_at_once(made)
            await ends_without_its_database(made)
        print(f"{sum(clients.outcomes.values()):,} requests during {len(statuses)} restarts, {balancer.retried} connections"
              f" refused and asked again; lost: {clients.lost or 'none'}")
        # The load balancer has noticed before the listener closes: not even a connection was refused.
        if clients.lost or set(statuses) != {0} or balancer.retried:
            print(f"WRONG: servers ended with {statuses}, requests with {dict(clients.outcomes)},"
                  f" {balancer.retried} connections were refused")
            return 1
        return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=".build/debug/rollbook", help="the built rollbook (%(default)s)")
    parser.add_argument("--rounds", type=int, default=2, help="how often each server is restarted (%(default)s)")
    try:
        sys.exit(asyncio.run(main(parser.parse_args())))
    except Failed as error:
        sys.exit(f"WRONG: {error}")
