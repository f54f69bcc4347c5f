"""Cached answers under load, beside a bare route that returns the same bytes."""

import http.client
import re
import statistics
import subprocess
from dataclasses import dataclass

from .processes import note, serving_bare_route

UNITS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}


@dataclass(frozen=True)
class Load:
    """What wrk saw: answers in a second, and the 99th percentile of their time in milliseconds."""

    rate: float
    p99: float


@dataclass(frozen=True)
class CachedTiming:
    """A cached answer: its size, the medians under 64 connections, and those over a single one."""

    report: object
    size: int
    ours: Load
    bare: Load
    ours_alone: Load
    bare_alone: Load

    @property
    def ratio(self):
        """Rollbook's answers in a second as a part of the bare route's."""
        return self.ours.rate / self.bare.rate


def measure(report, facts, port, bare_route, folder, rounds, seconds):
    """Loads a report's hit and the bare route in turns."""
    target = report.target(facts)
    body = _hit(port, target)
    file = folder / f"{report.name}.json"
    file.write_bytes(body)
    ours_url = f"http://127.0.0.1:{port}{target}"
    with serving_bare_route(bare_route, file, folder / "bare-route.log") as (bare_port, _):
        bare_url = f"http://127.0.0.1:{bare_port}/"
        loads = {}
        for connections in (64, 1):
            taken = [
                (_wrk(ours_url, connections, seconds), _wrk(bare_url, connections, seconds)) for _ in range(rounds)
            ]
            loads[connections] = [_median(side) for side in zip(*taken, strict=True)]
    note(f"{report.name} cached: {loads[64][0].rate:,.0f} requests/s, bare route {loads[64][1].rate:,.0f}")
    return CachedTiming(report, len(body), *loads[64], *loads[1])


def _hit(port, target):
    """The body that the cache gives: the second answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    for _ in range(2):
        connection.request("GET", target)
        response = connection.getresponse()
        body = response.read()
    connection.close()
    if "hit" not in response.headers.get("Cache-Status", ""):
        raise RuntimeError(f"{target} was asked twice and is not in the cache")
    return body


def _wrk(url, connections, seconds):
    said = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", url],
        check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{url} failed under load:\n{said}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s|m)", said)
    return Load(rate, float(p99[1]) * UNITS[p99[2]])


def _median(loads):
    return Load(statistics.median(load.rate for load in loads), statistics.median(load.p99 for load in loads))
