"""What goes wrong: about one thing a second, each of which must be survived."""

import asyncio
import os
import random
import signal
import time
from collections import Counter

from client import Lost, Refused, ask
from processes import note


# Tried is one a second; where what it would break is broken already, it is left out.
LEAST_A_SECOND = 1 / 3
# Seconds of load within which every fault takes place.
LONG = 300


class Faults:
    """Breaks the parts of a topology; what it breaks, it also mends."""

    def __init__(self, topology, ledger, seed):
        self.topology = topology
        self.ledger = ledger
        self.chance = random.Random(seed)
        self.done = Counter()
        self.under_way = set()
        # Those of PostgreSQL, after which a question may have no answer for a moment.
        self.kinds = [
            (3, "primary restarts at once", self._restart_primary), (1, "primary is killed", self._kill_primary),
            (2, "primary is paused", self._pause_primary), (3, "connections are cut", self._cut_connections),
            (3, "replica restarts at once", self._restart_replica), (2, "replica is down", self._stop_replica),
            (2, "replica is paused", self._pause_replica), (2, "replay is paused", self._pause_replay),
        ]
        self.of_postgres = {name for _, name, _ in self.kinds}
        self.kinds += [
            (4, "server b is killed", self._kill_server), (1, "server b is killed while warming", self._kill_in_warming),
            (2, "server b is restarted in good order", self._restart_server),
            (2, "settings are read again", self._reload), (3, "answers are forgotten", self._invalidate),
            (1, "answers are made beforehand", self._warm),
        ]
        if topology.redis:
            self.kinds += [
                (4, "Redis is killed", self._kill_redis), (4, "Redis is paused", self._pause_redis),
                (2, "Redis forgets all", self._flush_redis), (2, "Redis holds garbage", self._fill_with_garbage),
                (2, "Redis drops clients", self._drop_clients),
            ]

    async def go_on(self, stopped):
        """Breaks something about once a second until it is told to stop, and mends everything."""
        while not stopped.is_set():
            # Chance alone would leave out the rare ones of a run that is not very long.
            never = [kind for kind in self.kinds if not self.done[kind[1]]]
            kinds = never if never and self.chance.random() < 0.25 else self.kinds
            _, name, fault = self.chance.choices(kinds, [weight for weight, _, _ in kinds])[0]
            task = asyncio.create_task(self._one(name, fault))
            self.under_way.add(task)
            task.add_done_callback(self.under_way.discard)
            await asyncio.sleep(self.chance.uniform(0.5, 1.5))
        await asyncio.gather(*self.under_way)

    async def _one(self, name, fault):
        try:
            # A part that is broken already is not broken once more.
            if await (self.topology.troubles.during(fault) if name in self.of_postgres else fault()):
                self.done[name] += 1
        except Exception as error:
            # Whatever it is: nobody else looks at what becomes of the task.
            self.ledger.find(f"{name}: {type(error).__name__} {error}")

    def judge(self, seconds):
        """Whether there was enough of everything for the run to say something."""
        count = sum(self.done.values())
        if count < seconds * LEAST_A_SECOND:
            self.ledger.find(f"there were only {count} faults in {seconds:.0f} s")
        if seconds >= LONG and (never := [name for _, name, _ in self.kinds if not self.done[name]]):
            self.ledger.find(f"of these faults there was none: {', '.join(never)}")

    # PostgreSQL

    async def _restart_primary(self): return await self._restart(self.topology.primary)
    async def _restart_replica(self): return await self._restart(self.topology.replica)
    async def _pause_primary(self): return await self._pause(self.topology.primary)
    async def _pause_replica(self): return await self._pause(self.topology.replica)

    async def _restart(self, server, pause=0.0):
        if server.lock.locked():
            return False
        async with server.lock:
            await server.stop("immediate")
            await asyncio.sleep(pause)
            await server.begin()
        return True

    async def _stop_replica(self): return await self._restart(self.topology.replica, self.chance.uniform(1, 5))

    async def _kill_primary(self):
        server = self.topology.primary
        if server.lock.locked():
            return False
        async with server.lock:
            os.kill(server.postmaster(), signal.SIGKILL)
            await server.begin()
        return True

    async def _pause(self, server):
        if server.lock.locked():
            return False
        async with server.lock:
            server.signal_all(signal.SIGSTOP)
            await asyncio.sleep(self.chance.uniform(0.5, 3))
            server.signal_all(signal.SIGCONT)
        return True

    async def _pause_replay(self):
        server = self.topology.replica
        if server.lock.locked():
            return False
        async with server.lock:
            await server.ask("SELECT pg_wal_replay_pause()")
            await asyncio.sleep(self.chance.uniform(1, 4))
            await server.ask("SELECT pg_wal_replay_resume()")
        return True

    async def _cut_connections(self):
        server = self.chance.choice([self.topology.primary, self.topology.replica])
        if server.lock.locked():
            return False
        async with server.lock:
            await server.ask(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
        return True

    # Rollbook

    async def _kill_server(self, meanwhile=None):
        server = self.topology.servers[-1]
        if server.lock.locked():
            return False
        async with server.lock:
            task = asyncio.create_task(meanwhile(server)) if meanwhile else None
            await asyncio.sleep(self.chance.uniform(0, 0.6) if task else 0)
            await server.kill()
            if task:
                await task
            await asyncio.sleep(self.chance.uniform(0, 1))
            await server.begin()
        return True

    async def _restart_server(self):
        server = self.topology.servers[-1]
        if server.lock.locked():
            return False
        async with server.lock:
            if (status := await server.end()) != 0:
                self.ledger.find(f"server {server.name} was told to stop, and ended with {status}:\n{server.tail()}")
            await server.begin()
        return True

    async def _reload(self):
        """Every server reads its settings again: they are the same, and nobody notices."""
        for server in self.topology.servers:
            if not server.lock.locked():
                server.process.send_signal(signal.SIGHUP)
        return True

    async def _kill_in_warming(self): return await self._kill_server(self._ask_to_warm)

    async def _ask_to_warm(self, server):
        """The server is killed meanwhile, so there need not be an answer; where there is one, it is right."""
        try:
            response = await ask(server.port, "POST", "/v1/warm", patience=60)
        except (Refused, Lost):
            return
        self._judge("/v1/warm", response, {200, 503, 504})

    def _judge(self, target, response, statuses):
        if response.status not in statuses:
            self.ledger.find(f"POST {target}: {response.status} {response.body[:300]}")

    async def _invalidate(self): return await self._act("/v1/cache/invalidate", {200})
    async def _warm(self): return await self._act("/v1/warm", {200, 503, 504})

    async def _act(self, target, statuses):
        server = self.chance.choice(self.topology.servers)
        began = time.monotonic()
        try:
            response = await ask(server.port, "POST", target, patience=60)
        except (Refused, Lost) as error:
            if not server.may_drop(began, time.monotonic()):
                self.ledger.find(f"POST {target}: {type(error).__name__} {error}")
            return True
        self._judge(target, response, statuses)
        return True

    # Redis

    async def _kill_redis(self):
        redis = self.topology.redis
        if redis.lock.locked():
            return False
        async with redis.lock:
            await redis.kill()
            await asyncio.sleep(self.chance.uniform(0, 2))
            await redis.begin()
        return True

    async def _pause_redis(self):
        redis = self.topology.redis
        if redis.lock.locked():
            return False
        async with redis.lock:
            redis.signal(signal.SIGSTOP)
            await asyncio.sleep(self.chance.uniform(0.5, 4))
            redis.signal(signal.SIGCONT)
        return True

    async def _flush_redis(self): return await self._tell_redis("FLUSHALL")
    async def _drop_clients(self): return await self._tell_redis("CLIENT", "KILL", "SKIPME", "yes")

    async def _tell_redis(self, *words):
        redis = self.topology.redis
        if redis.lock.locked():
            return False
        async with redis.lock:
            await redis.command(*words)
        return True

    async def _fill_with_garbage(self):
        """Overwrites what it holds: with noise, with the wrong type, with a part of what was there, with another's value."""
        redis = self.topology.redis
        if redis.lock.locked():
            return False
        async with redis.lock:
            keys = await redis.keys()
            for key in self.chance.sample(keys, len(keys) // 2):
                match self.chance.randrange(4):
                    case 0: await redis.command("SET", key, self.chance.randbytes(200))
                    case 1:
                        await redis.command("DEL", key)
                        await redis.command("LPUSH", key, "garbage")
                    case 2: await redis.command("SETRANGE", key, "5", self.chance.randbytes(20))
                    case _: await redis.command("COPY", self.chance.choice(keys), key, "REPLACE")
            if keys:
                note(f"overwrote {len(keys) // 2} of Redis' {len(keys)} keys")
        return True
