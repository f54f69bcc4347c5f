"""What changes the data while it is asked for: imports and refreshes, some of which are killed."""

import asyncio
import random
import re
import time
from collections import Counter

from answers import REFRESHED_AS_OF, State, refreshed_now
from client import Connection, Hung, Lost, Refused, ask
from processes import Failed, environment, until

# The exit statuses and HTTP statuses by which a change says that it was not made, or that nobody knows.
CLEAN_EXITS = {69, 75, 130}
CLEAN_STATUSES = {503, 504}


class Changes:
    """Changes the data, one change after the other, and knows afterwards which state each version is."""

    def __init__(self, topology, ledger, folders, seed, only=""):
        self.topology = topology
        self.ledger = ledger
        self.folders = folders
        self.chance = random.Random(seed)
        self.done = Counter()
        self.version = 0
        self.records = None
        self.views = None
        self.kinds = [("import", 8), ("killed import", 3), ("refresh", 6), ("refresh by command", 2), ("killed refresh", 2),
                      ("refresh in a killed server", 2)]
        if topology.has_jobs:
            self.kinds += [("refresh job", 3), ("refresh job in a killed server", 1)]
        self.kinds = [(kind, weight) for kind, weight in self.kinds if only in kind]

    async def begin(self):
        """Brings the school into its first state, undisturbed."""
        for step in (self._import("first"), self._refresh_by_command()):
            if (outcome := await step) != "stored":
                raise Failed(f"the first change ended as {outcome}")

    async def go_on(self, stopped):
        """Changes until it is told to stop."""
        while not stopped.is_set():
            kind = self.chance.choices(*zip(*self.kinds))[0]
            outcome = await self._one(kind)
            self.done[kind, outcome] += 1
            await asyncio.sleep(self.chance.uniform(0, 1.5))

    def judge(self, least):
        """Whether the data changed at all while it was asked for."""
        stored = sum(count for (_, outcome), count in self.done.items() if outcome in ("stored", "succeeded"))
        if stored < least:
            self.ledger.find(f"only {stored} changes were stored: {dict(self.done)}")

    async def _one(self, kind):
        other = self.chance.choice([name for name in self.folders if name != self.records])
        match kind:
            case "import": return await self._import(other)
            case "killed import": return await self._import(other, self.chance.uniform(0, 2))
            case "refresh": return await self._refresh(self.chance.choice(self.topology.servers))
            case "refresh by command": return await self._refresh_by_command()
            case "killed refresh": return await self._refresh_by_command(self.chance.uniform(0, 1))
            case "refresh job": return await self._refresh_job(self.chance.choice(self.topology.servers))
            case "refresh job in a killed server": return await self._in_a_killed_server(self._refresh_job)
            case _: return await self._in_a_killed_server(self._refresh)

    async def _import(self, name, killed_after=None):
        words = ["import", "records", self.folders[name], "--replace"]
        return await self._command(words, State(name, self.views), killed_after)

    async def _refresh_by_command(self, killed_after=None):
        return await self._command(
            ["refresh", "--as-of", REFRESHED_AS_OF], State(self.records, self.records), killed_after)

    async def _command(self, words, state, killed_after):
        """Runs a change as a process of its own, which is perhaps killed."""
        process = await asyncio.create_subprocess_exec(
            self.topology.program, *map(str, words), env=environment(self.topology.settings),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        reading = asyncio.ensure_future(process.communicate())
        done, _ = await asyncio.wait([reading], timeout=120 if killed_after is None else killed_after)
        if not done:
            process.kill()
            await reading
            if killed_after is None:
                self.ledger.find(f"{words[:2]} did not end within 120 s")
            return await self._settle(state, "killed", None)
        said = reading.result()[0].decode(errors="replace")
        if process.returncode == 0:
            version = re.search(r"data version ([\d,]+)", said)
            return await self._settle(state, "stored", int(version[1].replace(",", "")) if version else None)
        if process.returncode not in CLEAN_EXITS:
            self.ledger.find(f"rollbook {words[0]} ended with {process.returncode}: {said[-500:]}")
        return await self._settle(state, "failed", None)

    async def _refresh(self, server):
        """Asks a server to refresh; a fault may kill it meanwhile."""
        state, life = State(self.records, self.records), server.life
        connection = Connection(server.port, 120)
        began = time.monotonic()
        try:
            response = await connection.request("POST", f"/v1/refresh?as_of={REFRESHED_AS_OF}")
        except (Refused, Lost, Hung) as error:
            if isinstance(error, Hung) or not server.may_drop(began, time.monotonic()):
                self.ledger.find(f"a refresh by server {server.name}: {type(error).__name__} {error}\n{server.tail()}")
            return await self._settle(state, "lost", None)
        finally:
            connection.close()
        if response.status == 200:
            version = response.json()["data_version"]
            # Whoever refreshes by a server sees it there from then on.
            self.ledger.saw(server, life, version)
            return await self._settle(state, "stored", version)
        if response.status not in CLEAN_STATUSES:
            self.ledger.find(f"a refresh by server {server.name}: {response.status} {response.body[:300]}")
        return await self._settle(state, "failed", None)

    async def _in_a_killed_server(self, change):
        server = self.topology.servers[-1]
        if server.lock.locked():
            return "left out"
        async with server.lock:
            changing = asyncio.create_task(change(server))
            await asyncio.sleep(self.chance.uniform(0, 0.5))
            await server.kill()
            await server.begin()
            return await changing

    async def _refresh_job(self, server):
        """Has a server run the job; where it is killed, another one may take the job over."""
        state = State(self.records, refreshed_now(self.records))
        began = time.monotonic()
        try:
            response = await ask(server.port, "POST", "/v1/jobs/refresh/run", patience=60)
        except (Refused, Lost, Hung) as error:
            if isinstance(error, Hung) or not server.may_drop(began, time.monotonic()):
                self.ledger.find(f"the job refresh by server {server.name}: {type(error).__name__} {error}")
            outcome = "lost"
        else:
            if response.status not in {202, 409, *CLEAN_STATUSES}:
                self.ledger.find(f"the job refresh by server {server.name}: {response.status} {response.body[:300]}")
            outcome = str(response.status)
        self.seen = None
        try:
            last = await until(self._settled_job, 180, "the job refresh comes to an end")
        except Failed as error:
            raise Failed(f"{error}; the job: {self.seen}; the primary: {await self._activity()}") from None
        if outcome == "202" and last["run_id"] == response.json()["run_id"]:
            outcome = last["outcome"]
        # Each of its tries may have stored something and not have lived to say so.
        return await self._settle(state, outcome, None, most=4)

    async def mend(self):
        """Runs each job once more by hand, as whoever looks after it does when one was lost with its process: health says so
        until it has run again."""
        if not self.topology.has_jobs:
            return
        server = self.topology.servers[0]
        for job in ("statistics", "warm", "refresh"):
            async def begun(job=job):
                response = await ask(server.port, "POST", f"/v1/jobs/{job}/run", patience=60)
                return response.status == 202 and response

            # Where it runs already, by its schedule, that is waited for.
            run = (await until(begun, 90, f"the job {job} begins")).json()["run_id"]

            async def ended(job=job, run=run):
                response = await ask(server.port, "GET", f"/v1/jobs/{job}/runs/{run}", patience=60)
                return response.status == 200 and response.json()["ended_at"] and response.json()

            outcome = (await until(ended, 90, f"the job {job} ends"))["outcome"]
            if outcome != "succeeded":
                self.ledger.find(f"undisturbed, the job {job} {outcome}")
        await self._settle(State(self.records, refreshed_now(self.records)), "succeeded", None)

    async def _settled_job(self):
        """The job's last run, when it has ended and nobody runs it; a run that is lost is begun anew soon."""
        try:
            seen = []
            for _ in range(3):
                response = await ask(self.topology.servers[0].port, "GET", "/v1/jobs", patience=20)
                self.seen = response.status, response.body[:300]
                job = self.seen = next(job for job in response.json()["jobs"] if job["name"] == "refresh")
                # Where no run was ever begun, there is none to wait for.
                last = job["last_run"] or {"run_id": None, "ended_at": "never"}
                if job["running_in"] or not last["ended_at"]:
                    return None
                seen.append(last["run_id"])
                await asyncio.sleep(0.5)
            return last if len(set(seen)) == 1 else None
        except (Refused, Lost, Hung, KeyError):
            return None

    async def _settle(self, state, outcome, reported, most=1):
        """Finds out whether a change is stored: nobody else changes anything, so the version says it."""
        version = await self._stored_version()
        if not self.version <= version <= self.version + most:
            self.ledger.find(f"the version went from {self.version} to {version} by one change ({outcome})")
        if reported is not None and version != reported:
            self.ledger.find(f"a change was reported stored as version {reported}, but the store has {version}")
        if outcome == "succeeded" and version == self.version:
            self.ledger.find(f"a job was reported to have succeeded, but the store has version {version} as before")
        if version != self.version:
            for between in range(self.version + 1, version + 1):
                self.ledger.states[between] = state
            self.records, self.views, self.version = state.records, state.views, version
        elif outcome == "stored" and state != State(self.records, self.views):
            self.ledger.find(f"a change was reported stored, but the store has version {version} as before")
        return outcome

    async def _activity(self):
        """What the primary is doing, for whoever has to find out why something hangs."""
        try:
            return await self.topology.primary.ask(
                "SELECT pid, application_name, state, wait_event_type, wait_event, pg_blocking_pids(pid), now() - xact_start,"
                " left(query, 80) FROM pg_stat_activity WHERE backend_type = 'client backend' AND state <> 'idle'")
        except Failed as error:
            return str(error)

    async def _stored_version(self):
        """The version of the store when no writer is at it, however long the primary is down."""
        async def read():
            try:
                lines = await self.topology.primary.ask(
                    "SET lock_timeout = '50s'", "BEGIN", "LOCK TABLE rollbook.store_state IN EXCLUSIVE MODE",
                    "SELECT data_version FROM rollbook.store_state", "COMMIT")
                return int(lines[-1])
            except Failed:
                return None

        return await until(read, 120, "the primary says its version")
