"""The page that a run beside a platform leaves."""

import statistics

from .page import met, milliseconds, table
from .platform_tables import VIEW_KEYS
from .postgresql import PLATFORM_SETTINGS
from .refreshes import STATES

#: By hand / Rollbook, at least.
AIM_MANY, AIM_ONE, AIM_REFRESH = 3, 1, 3
SIZES = {
    "platform.public": "the platform's tables, with the hand-written summaries",
    "own.rollbook": "Rollbook/PostgreSQL: records, derived tables, summaries",
    "platform.rollbook": "Rollbook, mapped: derived tables, summaries",
    "DuckDB file": "Rollbook/DuckDB: records, derived tables",
}


def markdown(students, facts, about, loading, sizes, timings, refreshed):
    """The whole page."""
    submissions = facts.rows["material_submissions"]
    settings = ", ".join(f"`{name} = {value}`" for name, value in PLATFORM_SETTINGS.items() if "socket" not in name)
    return "\n\n".join([
        f"# Beside a platform's hand-written SQL: {students:,} students, {submissions:,} material submissions",
        "Written by `Benchmarks/platform`. Times depend on the machine and on what else it does: **only the ratios,"
        " taken in turns in one run, compare.**",
        table(["", ""], [[name, value] for name, value in about.items()]),
        "Rows: " + ", ".join(f"{name} {count:,}" for name, count in facts.rows.items()) + ".",
        f"One PostgreSQL server for all: {settings}; the others are Debian's. `jit` is off for both sides, because"
        " Rollbook has it off. The tables were vacuumed and analyzed before they were asked, as autovacuum does in time.",
        "**By hand**: `Benchmarks/peers/django`, over the tables of `Examples/django` with the indexes that Django makes,"
        " sent by psycopg as prepared statements. **Rollbook/PostgreSQL**: records imported into tables of its own."
        " **Rollbook, mapped**: the records are views over the same Django tables, in the same database.",
        _loading(loading, sizes),
        _reports(facts, timings),
        _refreshes(refreshed),
    ]) + "\n"


def _loading(loading, sizes):
    by_hand = loading["by hand"].wall
    rows = [[what, f"{usage.wall:.1f}", f"{usage.wall / by_hand:.2f}"] for what, usage in loading.items()]
    size_rows = [
        [what, *(f"{sizes[key][kind] / 1e6:,.0f}" for kind in ("tables", "indexes"))] for key, what in SIZES.items()
    ]
    return "\n\n".join([
        "## Loading",
        "Once each, from the same CSV files. By hand: `COPY` into the Django tables, which get their indexes and keys"
        " afterwards. Rollbook checks every record and fills its derived tables; the views not yet.",
        table(["", "seconds", "beside by hand"], rows),
        "On disk, with the views filled:",
        table(["MB", "tables", "indexes"], size_rows),
    ])


def _reports(facts, timings):
    names = list(timings[0].medians)
    own, mapped, _, by_hand = names
    rows = []
    for timing in timings:
        aim = AIM_ONE if timing.report.is_light else AIM_MANY
        gains = [timing.gain(name, by_hand) for name in (own, mapped)]
        rows.append([
            timing.report.name, f"{timing.rows:,}", *(milliseconds(timing.medians[name]) for name in names),
            *(f"{gain:.1f}" for gain in gains), f"≥ {aim}", *(met(gain, aim, least=True) for gain in gains)])
    return "\n\n".join([
        "## Reports, computed afresh",
        "Medians in milliseconds. Rollbook: the HTTP answer with the cache off, whole body read. The answers were compared"
        " column by column before they were timed: those of the three stores are equal, and by hand they are the same"
        f" to the last digit. Gain: by hand / Rollbook. Default parameters, as of {facts.as_of}, student"
        f" {facts.ids['student']} and teacher {facts.ids['teacher']}, who have the median number of submissions.",
        table(["report", "rows", *names, "gain", "gain, mapped", "aim", "met", "met, mapped"], rows),
        "Of Rollbook's milliseconds, those that its answers say the computing took (`execution_time_ms`), without HTTP and"
        " JSON, which the rows by hand do without:",
        table(["report", *names[:-1], by_hand], [
            [timing.report.name, *(milliseconds(timing.computing[name]) for name in names[:-1]),
             milliseconds(timing.medians[by_hand])]
            for timing in timings if timing.report.is_light
        ]),
    ])


def _refreshes(refreshed):
    parts = [
        "## Refreshes",
        "Medians in seconds. By hand: `REFRESH MATERIALIZED VIEW CONCURRENTLY` of the definitions in"
        " `Benchmarks/peers/django/views`, one after the other. Rollbook: `rollbook refresh`; all four is the whole command,"
        " with its start and with bringing the mapped store's derived tables up to date, a view's own time is what the"
        " command says. At the end every row of every view was compared.",
    ]
    for state in STATES:
        by_hand, *stores = refreshed.seconds[state]
        rows = []
        for view in (*VIEW_KEYS, "all four"):
            taken = {who: statistics.median(refreshed.seconds[state][who][view]) for who in (by_hand, *stores)}
            gains = [taken[by_hand] / max(taken[store], 0.001) for store in stores]
            rows.append([
                view, *(f"{seconds:.2f}" for seconds in taken.values()), *(f"{gain:.1f}" for gain in gains),
                f"≥ {AIM_REFRESH}", *(met(gain, AIM_REFRESH, least=True) for gain in gains)])
        parts += [
            f"### {state.capitalize()}",
            table(["view", by_hand, *stores, "gain", "gain, mapped", "aim", "met", "met, mapped"], rows),
        ]
    batches = ", ".join(f"{who} {statistics.median(seconds):.2f} s" for who, seconds in refreshed.batches.items())
    parts.append(
        f"Taking the new submissions in before: {batches}. Rollbook's import checks them and brings its derived tables up"
        " to date; by hand they are only copied.")
    return "\n\n".join(parts)
