"""What metrics and traces cost: the rate of hot answers with and without them, in turns."""

import contextlib
import shutil
import statistics
from dataclasses import dataclass

from .cached import _hit, _wrk
from .overload import CACHED
from .processes import note, serving_rollbook

CONNECTIONS = 64
TURNS_OF_A_ROUND = 5


@dataclass(frozen=True)
class Cost:
    """The rates of one turn: without metrics, with metrics, and with every trace written as well."""

    off: float
    on: float
    traced: float


def measure(rollbook, database, folder, seconds, rounds):
    """Loads three servers of copies of one file in many short turns: what else the machine does falls on all of them."""
    variants = {
        "off": {"ROLLBOOK_METRICS": "off"}, "on": {"ROLLBOOK_METRICS": "on"},
        "traced": {"ROLLBOOK_METRICS": "on", "ROLLBOOK_TRACING_FILE": str(folder / "spans.jsonl")},
    }
    with contextlib.ExitStack() as servers:
        urls = {}
        for name, settings in variants.items():
            copy = folder / f"{name}.duckdb"
            shutil.copyfile(database, copy)
            log = folder / f"rollbook-{name}.log"
            port, _ = servers.enter_context(
                serving_rollbook(rollbook, copy, log, {"ROLLBOOK_LOG_LEVEL": "error", **settings}))
            _hit(port, CACHED)
            urls[name] = f"http://127.0.0.1:{port}{CACHED}"
            _wrk(urls[name], CONNECTIONS, 1)
        return [_turn(urls, max(1, seconds // TURNS_OF_A_ROUND), number) for number in range(rounds * TURNS_OF_A_ROUND)]


def _turn(urls, seconds, number):
    # Whoever comes first finds the machine cooler or warmer.
    names = list(urls)
    names = names[number % 3:] + names[:number % 3]
    rates = {name: _wrk(urls[name], CONNECTIONS, seconds).rate for name in names}
    note(", ".join(f"{name} {rate:,.0f}/s" for name, rate in rates.items()))
    return Cost(**rates)


def markdown(costs):
    """The page's second part."""
    def row(title, rates, shares):
        middle = statistics.median(rates)
        return f"| {title} | {middle:,.0f} | {statistics.median(shares):.2f} | {min(shares):.2f} to {max(shares):.2f} |"

    return "\n".join([
        "## What it costs to be watched", "",
        f"Hot answers under {CONNECTIONS} connections, {len(costs)} turns; a share is that of one turn, so that it compares"
        " neighbours in time.", "",
        "| | answers in a second, median | of that without, median | lowest and highest turn |", "|---|---:|---:|---:|",
        f"| without metrics | {statistics.median(cost.off for cost in costs):,.0f} | 1 | |",
        row("with metrics", [cost.on for cost in costs], [cost.on / cost.off for cost in costs]),
        row("with every trace written, too", [cost.traced for cost in costs], [cost.traced / cost.off for cost in costs]),
        "",
    ])
