"""The topology of a school's platform as plain processes: two Rollbook servers, one Redis, a PostgreSQL primary and its
replica, on free ports of 127.0.0.1. What can break here can be broken by name."""

import asyncio
import os
import pathlib
import secrets
import signal
import time
import urllib.parse
from contextlib import asynccontextmanager

from client import Lost, Refused, Hung, ask
from processes import Failed, environment, free_port, note, run, start, until
from troubles import Troubles

DATABASE = "school"


class PostgreSQL:
    """A server of script/services."""

    def __init__(self, name, url, folder, binaries):
        self.name = name
        self.url = urllib.parse.urlsplit(url)._replace(path="/" + DATABASE).geturl()
        self.administration = url
        self.data = folder / name
        self.binaries = pathlib.Path(binaries)
        self.lock = asyncio.Lock()

    def _as_owner(self, arguments):
        if os.geteuid() != 0:
            return arguments
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *arguments]

    async def control(self, *arguments):
        """Runs pg_ctl on the server's data."""
        process = await asyncio.create_subprocess_exec(
            *self._as_owner([str(self.binaries / "pg_ctl"), "-D", str(self.data), *arguments]), cwd=self.data.parent,
            env=environment({}), stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL)
        return await process.wait()

    async def begin(self):
        """Starts the server, also after a crash, when what is left of the old one is on its way out."""
        log = self.data.parent / f"{self.name}.log"

        async def begun():
            return await self.control("-l", str(log), "-w", "-t", "60", "start") == 0

        await until(begun, 90, f"the {self.name} starts")

    async def stop(self, mode):
        await self.control("-m", mode, "-w", "-t", "60", "stop")

    def postmaster(self):
        return int((self.data / "postmaster.pid").read_text().split("\n")[0])

    def processes(self):
        """All processes of the server, the first one first."""
        found, parent = [], self.postmaster()
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == parent:
                    found.append(int(entry.name))
            except (OSError, IndexError):
                continue
        return [parent, *found]

    def signal_all(self, number):
        for pid in self.processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    async def ask(self, *statements, administration=False):
        """The lines that psql prints.

        Raises Failed where the server does not answer.
        """
        arguments = [str(self.binaries / "psql"), "-AtqX", "-v", "ON_ERROR_STOP=1"]
        for statement in statements:
            arguments += ["-c", statement]
        process = await asyncio.create_subprocess_exec(
            *arguments, self.administration if administration else self.url,
            env=environment({"PGCONNECT_TIMEOUT": "5"}), stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        try:
            output, said = await asyncio.wait_for(process.communicate(), 60)
        except TimeoutError:
            process.kill()
            raise Failed(f"the {self.name} does not answer") from None
        if process.returncode != 0:
            raise Failed(f"the {self.name}: {said.decode(errors='replace').strip()[:200]}")
        return output.decode().split("\n")[:-1]


class Redis:
    """A Redis of its own, with a password, that keeps nothing on disk."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.password = secrets.token_hex(16)
        self.process = None
        self.lock = asyncio.Lock()

    @property
    def url(self):
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    async def begin(self):
        configuration = self.folder / "redis.conf"
        configuration.write_text(
            f'bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\nsave ""\nappendonly no\n'
            f"dir {self.folder}\nmaxmemory 64mb\nmaxmemory-policy allkeys-lru\n")
        configuration.chmod(0o600)

        async def begun():
            if self.process is None or self.process.returncode is not None:
                self.process = await start(["redis-server", configuration], {}, self.folder / "redis.log")
            return await self.answers()

        await until(begun, 30, "Redis starts")

    async def answers(self):
        try:
            return await self.command("PING") == b"+PONG"
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return False

    async def command(self, *words, patience=2.0):
        """The first line of the answer to a command."""
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(self._packed("AUTH", self.password) + self._packed(*words))
                await reader.readuntil(b"\r\n")
                return (await reader.readuntil(b"\r\n")).rstrip()
            finally:
                writer.close()

    async def keys(self, patience=5.0):
        """Some keys that it holds."""
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(self._packed("AUTH", self.password) + self._packed("SCAN", "0", "COUNT", "1000"))
                await reader.readuntil(b"\r\n")
                text = b""
                while text.count(b"\r\n") < 4 or text.count(b"\r\n") < 4 + 2 * self._count(text):
                    text += await reader.readuntil(b"\r\n")
                return text.split(b"\r\n")[5::2]
            finally:
                writer.close()

    @staticmethod
    def _count(text):
        return int(text.split(b"\r\n")[3][1:])

    @staticmethod
    def _packed(*words):
        packed = b"*%d\r\n" % len(words)
        for word in words:
            word = word if isinstance(word, bytes) else str(word).encode()
            packed += b"$%d\r\n%s\r\n" % (len(word), word)
        return packed

    def signal(self, number):
        os.kill(self.process.pid, number)

    async def kill(self):
        self.signal(signal.SIGKILL)
        await self.process.wait()


class Server:
    """A Rollbook server, and the times in which it may refuse or drop a connection."""

    def __init__(self, name, program, settings, folder, wrapper=()):
        self.name = name
        self.program = program
        # A program that runs the server as its child, and ends as that does.
        self.wrapper = list(wrapper)
        self.settings = settings
        self.folder = folder
        self.port = free_port()
        self.process = None
        self.lock = asyncio.Lock()
        # How old an answer may be that calls itself stale; None where none may be given.
        self.stale_within = self._oldest_stale(settings)
        # Each start is another process, with a memory of its own.
        self.life = 0
        self.down = []

    @staticmethod
    def _oldest_stale(settings):
        """It was computed, which may take as long as a question may, was fresh for a while, and then no longer."""
        stale_for = int(settings.get("ROLLBOOK_CACHE_STALE_FOR", 0))
        spans = ("ROLLBOOK_QUERY_TIMEOUT", "ROLLBOOK_CACHE_TIME_TO_LIVE")
        return stale_for + sum(int(settings[name]) for name in spans) if stale_for else None

    @property
    def pid(self):
        if not self.wrapper:
            return self.process.pid
        own = self.process.pid
        children = pathlib.Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return int(children[0]) if children else own

    def signal(self, number):
        os.kill(self.pid, number)

    @property
    def log(self):
        return self.folder / f"{self.name}.log"

    async def begin(self, limit=60):
        self.life += 1
        if not self.down or self.down[-1][1] is not None:
            self.down.append([0 if not self.down else time.monotonic(), None])
        self.process = await start(
            [*self.wrapper, self.program, "serve", "--port", self.port], self.settings, self.log)
        process = self.process

        async def answers():
            if process.returncode is not None:
                raise Failed(f"server {self.name} ended with {process.returncode}; the end of its log:\n{self.tail()}")
            return await self.status("/health/live") == 200

        await until(answers, limit, f"server {self.name} answers")
        self.down[-1][1] = time.monotonic()

    async def status(self, target, patience=2.0):
        """The status of an answer; None where there is none."""
        try:
            return (await ask(self.port, "GET", target, patience=patience)).status
        except (Refused, Lost, Hung):
            return None

    async def kill(self):
        self.down.append([time.monotonic(), None])
        self.signal(signal.SIGKILL)
        await self.process.wait()

    async def end(self, limit=90):
        """Stops it as a service manager does, and gives its exit status."""
        self.down.append([time.monotonic(), None])
        self.signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), limit)

    def may_drop(self, began, ended):
        """Whether a request of such a time may have met the server's end or absence."""
        return any(began <= (until or ended) and ended >= since for since, until in self.down)

    def tail(self, lines=30):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class Topology:
    """All of it."""

    def __init__(self, program, folder):
        self.program = pathlib.Path(program).resolve()
        self.folder = pathlib.Path(folder)
        services = pathlib.Path(os.environ["TEST_POSTGRES_CLUSTERS"]).parent
        binaries = os.environ["TEST_POSTGRES_BIN"]
        self.primary = PostgreSQL("primary", os.environ["TEST_POSTGRES_PRIMARY"], services, binaries)
        self.replica = PostgreSQL("replica", os.environ["TEST_POSTGRES_REPLICA"], services, binaries)
        self.known = self._known_settings()
        self.redis = Redis(self.folder) if "ROLLBOOK_CACHE_REDIS" in self.known else None
        self.servers = []
        # What befalls PostgreSQL; of each server's own, it knows itself.
        self.troubles = Troubles()

    def _known_settings(self):
        words = run([self.program, "config", "--format", "markdown"]).split("`")
        return {word for word in words if word.startswith("ROLLBOOK_")}

    @property
    def settings(self):
        """What every Rollbook process is told."""
        told = {
            "ROLLBOOK_DATABASE": self.primary.url, "ROLLBOOK_POSTGRES_REPLICAS": self.replica.url,
            "ROLLBOOK_QUERY_TIMEOUT": "5", "ROLLBOOK_POSTGRES_CONNECT_TIMEOUT": "2",
            "ROLLBOOK_CACHE_TIME_TO_LIVE": "20", "ROLLBOOK_LOG_LEVEL": "notice",
        }
        if self.redis:
            told["ROLLBOOK_CACHE_REDIS"] = self.redis.url
        if self.has_jobs:
            # Only whoever keeps the versions moves them; what moves none may run as often as it likes. A server that is
            # killed keeps its jobs for as short as can be.
            told |= {"ROLLBOOK_JOBS_REFRESH_SCHEDULE": "off", "ROLLBOOK_JOBS_STATISTICS_SCHEDULE": "* * * * *",
                     "ROLLBOOK_JOBS_WARM_SCHEDULE": "* * * * *", "ROLLBOOK_JOBS_LEASE": "5", "ROLLBOOK_JOBS_PAUSE": "1"}
        return told

    @property
    def stale(self):
        """What lets a server give old answers for a moment, marked as such."""
        return {"ROLLBOOK_CACHE_STALE_FOR": "3"} if "ROLLBOOK_CACHE_STALE_FOR" in self.known else {}

    def explains_refusal(self, server, began, ended):
        """Whether a server may have had no answer: PostgreSQL was in trouble, or the server at its end or beginning, while
        the request was under way or within the time that a question takes and a few seconds before it."""
        after = int(server.settings["ROLLBOOK_QUERY_TIMEOUT"]) + 3
        return self.troubles.explain(began, ended, after) or server.may_drop(began - after, ended)

    @property
    def has_jobs(self):
        return "ROLLBOOK_JOBS_LEASE" in self.known

    async def prepare(self):
        """Makes the database and the store in it."""
        await self.primary.ask(f"CREATE DATABASE {DATABASE}", administration=True)
        self.rollbook("migrate", "up")
        if self.redis:
            await self.redis.begin()

    def rollbook(self, *arguments, limit=300, **more):
        """Runs a command on the database to its end, and gives what it printed."""
        return run([self.program, *arguments], {**self.settings, **more}, limit)

    async def serve(self, names=("a", "b"), more=None, wrapper=()):
        """Starts servers, with more settings than all have, and perhaps by another program."""
        for name in names:
            server = Server(name, self.program, {**self.settings, **(more or {})}, self.folder, wrapper)
            self.servers.append(server)
            await server.begin()
            note(f"server {name} listens on port {server.port} as process {server.pid}")

    async def close(self):
        for server in self.servers:
            if server.process and server.process.returncode is None:
                await server.kill()
        if self.redis and self.redis.process and self.redis.process.returncode is None:
            self.redis.signal(signal.SIGCONT)
            await self.redis.kill()


@asynccontextmanager
async def topology(program, folder):
    """The prepared topology, without servers; what runs of it is stopped at the end."""
    made = Topology(program, folder)
    try:
        await made.prepare()
        yield made
    finally:
        await made.close()
