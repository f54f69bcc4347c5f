"""What metrics and traces cost: the rate of hot answers with and without them, in turns."""

import statistics
from dataclasses import dataclass

from .cached import _hit, _wrk
from .overload import CACHED
from .processes import note, serving_rollbook

CONNECTIONS = 64


@dataclass(frozen=True)
class Cost:
    """The rates of one round: without metrics, with metrics, and with every trace written as well."""

    off: float
    on: float
    traced: float


def measure(rollbook, database, folder, seconds, rounds):
    """Loads three servers of the same file's copies in turns."""
    return [_round(rollbook, database, folder, seconds, number) for number in range(rounds)]


def _round(rollbook, database, folder, seconds, number):
    variants = {
        "off": {"ROLLBOOK_METRICS": "off"}, "on": {"ROLLBOOK_METRICS": "on"},
        "traced": {"ROLLBOOK_METRICS": "on", "ROLLBOOK_TRACING_FILE": str(folder / "spans.jsonl")},
    }
    # Whoever comes first finds the machine cooler or warmer: turns are taken.
    names = list(variants)
    names = names[number % 3:] + names[:number % 3]
    rates = {}
    for name in names:
        settings = {"ROLLBOOK_LOG_LEVEL": "error", **variants[name]}
        with serving_rollbook(rollbook, database, folder / f"rollbook-{name}.log", settings) as (port, _):
            _hit(port, CACHED)
            url = f"http://127.0.0.1:{port}{CACHED}"
            _wrk(url, CONNECTIONS, 1)
            rates[name] = _wrk(url, CONNECTIONS, max(2, seconds // 2)).rate
        (folder / "spans.jsonl").unlink(missing_ok=True)
    note(", ".join(f"{name} {rate:,.0f}/s" for name, rate in rates.items()))
    return Cost(**rates)


def markdown(costs):
    """The page's second part."""
    on = statistics.median(cost.on / cost.off for cost in costs)
    traced = statistics.median(cost.traced / cost.off for cost in costs)
    middle = sorted(costs, key=lambda cost: cost.off)[len(costs) // 2]
    return "\n".join([
        "## What it costs to be watched", "",
        f"Hot answers under {CONNECTIONS} connections, in turns, median of {len(costs)} rounds.", "",
        "| | answers in a second | of that without |", "|---|---:|---:|",
        f"| without metrics | {middle.off:,.0f} | 1 |", f"| with metrics | {middle.on:,.0f} | {on:.2f} |",
        f"| with every trace written, too | {middle.traced:,.0f} | {traced:.2f} |", "",
    ])
