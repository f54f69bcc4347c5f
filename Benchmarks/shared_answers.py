"""Answers that servers share in Redis, beside answers in memory and beside Redis alone."""

import contextlib
import pathlib
import socket
import statistics
import tempfile
import time

from measuring import command
from measuring.processes import free_port, note, run, serving, serving_rollbook

FULL_SIZE = 2_000
REPORTS = ["engagement-trend", "class-trends", "student-engagement"]


class Line:
    """One connection, over which one thing at a time is asked; waits for nothing but the bytes."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def http(self, target):
        """The head of the answer to a request, and the seconds that it took."""
        request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        began = time.perf_counter()
        self.socket.sendall(request)
        said = self.socket.recv(1 << 20)
        while b"\r\n\r\n" not in said:
            said += self.socket.recv(1 << 20)
        head, body = said.split(b"\r\n\r\n", 1)
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        missing = length - len(body)
        while missing > 0:
            missing -= len(self.socket.recv(1 << 20))
        return head.decode(), time.perf_counter() - began

    def redis(self, *words):
        """The length of a bulk reply, and the seconds that it took."""
        request = f"*{len(words)}\r\n" + "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
        began = time.perf_counter()
        self.socket.sendall(request.encode())
        said = self.socket.recv(1 << 20)
        while b"\r\n" not in said:
            said += self.socket.recv(1 << 20)
        head, body = said.split(b"\r\n", 1)
        length = int(head[1:])
        missing = length + 2 - len(body)
        while missing > 0:
            missing -= len(self.socket.recv(1 << 20))
        return length, time.perf_counter() - began


def targets(count):
    """Different questions; each report has as many."""
    return {name: [f"/v1/reports/{name}?days={days}" for days in range(30, 30 + count)] for name in REPORTS}


def ask(port, asked, expected):
    """Asks all questions once; gives the seconds of each by report."""
    line, times = Line(port), {}
    for name, questions in asked.items():
        times[name] = []
        for target in questions:
            head, seconds = line.http(target)
            status = next(row.split(": ", 1)[1] for row in head.split("\r\n") if row.lower().startswith("cache-status"))
            if expected not in status:
                raise RuntimeError(f"{target} was answered with {status}, not {expected}")
            times[name].append(seconds)
    return times


def ask_redis(port, keys):
    """Gets the same values from Redis, each once; gives seconds and the median size by report."""
    line, times = Line(port), {}
    for name, names in keys.items():
        answers = [line.redis("GET", key) for key in names]
        times[name] = ([seconds for _, seconds in answers], statistics.median(length for length, _ in answers))
    return times


def keys_of(port):
    """The names of the answers in Redis, by report."""
    line = socket.create_connection(("127.0.0.1", port))
    line.sendall(b"*2\r\n$4\r\nKEYS\r\n$1\r\n*\r\n")
    said = b""
    count = None
    while count is None or said.count(b"\r\n") < 1 + 2 * count:
        said += line.recv(1 << 20)
        count = int(said[1:said.index(b"\r\n")])
    names = [row.decode() for row in said.split(b"\r\n")[2::2] if b":a1:" in row]
    return {report: [name for name in names if f":{report}/" in name] for report in REPORTS}


def arguments():
    parser = command.parser("shared", __doc__, FULL_SIZE, "of the school that is asked (%(default)s)")
    parser.add_argument("--questions", type=int, default=300, help="different questions for each report (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which medians are taken (%(default)s)")
    return command.options(parser, "shared")


def main():
    chosen = arguments()
    from measuring import page

    command.begin(chosen)
    about = page.machine(command.ROOT)
    with tempfile.TemporaryDirectory(dir=chosen.work) as name, contextlib.ExitStack() as stack:
        folder, redis_port = pathlib.Path(name), free_port()
        database = folder / "school.duckdb"
        note("making a school")
        run(
            [chosen.rollbook, "generate", "school", "--students", chosen.students, "--seed", 1, "--ends-on",
             time.strftime("%Y-%m-%d", time.gmtime()), "--database", database])
        stack.enter_context(
            serving(
                ["redis-server", "--port", redis_port, "--bind", "127.0.0.1", "--save", "", "--dir", folder],
                folder / "redis.log", lambda: _listens(redis_port)))
        environment = {
            "ROLLBOOK_CACHE_REDIS": f"redis://127.0.0.1:{redis_port}",
            # All answers stay in memory: what is forgotten would be Redis' answer again.
            "ROLLBOOK_CACHE_MAXIMUM_BYTES": str(1 << 30),
        }
        asked = targets(chosen.questions)
        rounds = []
        for number in range(chosen.rounds + 1):
            # A server that begins has nothing in memory: from the second round on, all of it is in Redis.
            with serving_rollbook(chosen.rollbook, database, folder / "server.log", environment) as (port, _):
                first = ask(port, asked, "redis; hit" if number else "fwd=miss")
                memory = ask(port, asked, "rollbook; hit")
                hot = ask(port, asked, "rollbook; hit")
            note(f"round {number} of {chosen.rounds}")
            if number:
                rounds.append((first, memory, hot, ask_redis(redis_port, keys_of(redis_port))))
            else:
                computed = first
    command.publish(chosen, page.heading("shared", "Answers that servers share", about) + markdown(chosen, computed, rounds))


def markdown(chosen, computed, rounds):
    """Medians in microseconds; what a shared hit takes beside one in memory, and what it adds to that beside Redis."""
    lines = [
        "",
        f"A school of {chosen.students:,} students; {chosen.questions} different questions for each report, each asked once in a"
        f" round over one connection; median of {chosen.rounds} rounds.", "",
        "| report | bytes | computed µs | shared µs | memory µs | event loop µs | Redis alone µs | shared : memory |"
        " (shared - memory) : Redis |", "|---" + "|---:" * 8 + "|",
    ]
    for name in REPORTS:
        shared, memory, hot = ([statistics.median(taken[side][name]) for taken in rounds] for side in range(3))
        alone = [statistics.median(taken[3][name][0]) for taken in rounds]
        row = [statistics.median(side) * 1e6 for side in (computed[name], shared, memory, hot, alone)]
        beside_memory = statistics.median(ours / theirs for ours, theirs in zip(shared, memory, strict=True))
        beside_redis = statistics.median(
            (ours - own) / theirs for ours, own, theirs in zip(shared, memory, alone, strict=True))
        cells = [f"{value:,.0f}" for value in [rounds[0][3][name][1], *row]]
        lines.append(f"| {name} | {' | '.join(cells)} | {beside_memory:.2f} | {beside_redis:.2f} |")
    return "\n".join([*lines, ""])


def _listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


if __name__ == "__main__":
    main()
