"""The page that a run leaves."""

import datetime
import os
import pathlib
import platform
import subprocess

import duckdb
import psycopg

from .district import median_usage


def machine(root):
    """What the figures were taken on, by name."""
    model = next(
        (line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    changed = _said("git", "-C", root, "status", "--porcelain", "--untracked-files=no")
    return {
        "Date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "Commit": _said("git", "-C", root, "rev-parse", "--short", "HEAD") + (" and changes" if changed else ""),
        "Processor": f"{os.cpu_count()} cores, {model}",
        "Memory": f"{memory / 2**30:.0f} GiB",
        "System": f"Linux {platform.release()}, load {os.getloadavg()[0]:.2f} at the start",
        "Swift": _said("swift", "--version").splitlines()[0],
        "DuckDB": duckdb.__version__,
        "PostgreSQL": _said("/usr/lib/postgresql/15/bin/postgres", "--version").split()[2],
        "psycopg": psycopg.__version__,
    }


def heading(name, title, about):
    """How a page begins: its title, who wrote it, and what the figures were taken on."""
    return "\n\n".join([
        f"# {title}",
        f"Written by `Benchmarks/{name}`. Times depend on the machine and on what else it does: **only the ratios, taken in"
        " one run, compare.** The clients run on the same machine.",
        table(["", ""], [[key, value] for key, value in about.items()]),
    ]) + "\n"


def _said(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def markdown(students, facts, about, loading, timings, memory, cached):
    """The whole page."""
    submissions = facts.rows["material_submissions"]
    return "\n\n".join([
        f"# A district of {students:,} students, {submissions:,} material submissions",
        "Written by `Benchmarks/district`. Times depend on the machine and on what else it does: **only the ratios,"
        " taken in turns in one run, compare.**",
        table(["", ""], [[name, value] for name, value in about.items()]),
        "Rows: " + ", ".join(f"{name} {count:,}" for name, count in facts.rows.items()) + ".",
        _loading(loading),
        _reports(facts, timings, memory),
        _cached(cached),
    ]) + "\n"


def _loading(loading):
    ours, plain = (
        [median_usage(usages, name) for name in ("wall", "cpu", "memory")] for usages in (loading.ours, loading.plain))
    ratio = ours[0] / plain[0]
    rows = [
        ["`rollbook generate school --format parquet`", *_usage(loading.generated), "", "", ""],
        ["`rollbook import records`", *_figures(*ours), f"{ratio:.2f}", "≤ 2", met(ratio, 2)],
        ["DuckDB alone, `CREATE TABLE AS`", *_figures(*plain), "", "", ""],
        ["`rollbook refresh`, four views", *_usage(loading.refreshed), "", "", ""],
    ]
    sizes = ", ".join(f"{name} {size / 1e6:,.0f} MB" for name, size in loading.sizes.items())
    return "\n\n".join([
        "## Loading",
        f"Loads of each, in turns: {len(loading.ours)}; the figures are medians. All are from the same Parquet into a"
        " fresh file. Rollbook checks every record, keeps its derived tables and fills none of the views;"
        f" DuckDB alone only copies. Files: {sizes}.",
        table(["", "seconds", "CPU seconds", "peak memory, MB", "ratio", "aim", "met"], rows),
    ])


def _usage(usage):
    return _figures(usage.wall, usage.cpu, usage.memory)


def _figures(wall, cpu, memory):
    return f"{wall:.2f}", f"{cpu:.2f}", f"{memory / 1e6:,.0f}"


def _reports(facts, timings, memory):
    names = list(timings[0].medians)
    rows = [
        [timing.report.name, f"{timing.rows:,}", *(milliseconds(timing.medians[name]) for name in names),
         f"{timing.ratio:.2f}", f"≤ {timing.report.aim}", met(timing.ratio, timing.report.aim)]
        for timing in timings
    ]
    return "\n\n".join([
        "## Reports, computed afresh",
        "Medians in milliseconds. Rollbook: the HTTP answer with the cache off, whole body read. DuckDB: the question by"
        " hand (`Benchmarks/peers`) over plain tables, from Python, all cores. PostgreSQL: the same text, prepared, with"
        " an index on every foreign key. The answers were compared column by column before they were timed. Ratio: to"
        f" the better peer. Default parameters, as of {facts.as_of}, student {facts.ids['student']} and teacher"
        f" {facts.ids['teacher']}, who have the median number of submissions.",
        table(["report", "rows", *names, "ratio", "aim", "met"], rows),
        f"Most memory of `rollbook serve` over all of these: {memory / 1e6:,.0f} MB.",
    ])


def milliseconds(value):
    """A median as the page has it; None: stopped at the time limit."""
    if value is None:
        return "stopped"
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"


def _cached(cached):
    under_load = [
        [timing.report.name, f"{timing.size:,}", f"{timing.ours.rate:,.0f}", f"{timing.bare.rate:,.0f}",
         f"{timing.ratio:.2f}", "≥ 0.8", met(timing.ratio, 0.8, least=True), f"{timing.ours.p99:.2f}",
         f"{timing.bare.p99:.2f}"]
        for timing in cached
    ]
    alone = [
        [timing.report.name, f"{timing.ours_alone.p99:.3f}", f"{timing.bare_alone.p99:.3f}", "< 1",
         met(timing.ours_alone.p99, 1)]
        for timing in cached
    ]
    return "\n\n".join([
        "## Cached answers",
        "`wrk -t1 -c64`, medians of rounds in turns, beside a bare Hummingbird route that returns the same bytes.",
        table(
            ["report", "bytes", "requests/s", "bare route", "ratio", "aim", "met", "p99, ms", "bare route's p99"],
            under_load),
        "Over a single connection (`wrk -t1 -c1`), the 99th percentile of a hit in milliseconds:",
        table(["report", "p99", "bare route's p99", "aim", "met"], alone),
    ])


def met(value, aim, least=False):
    """Whether an aim is met, or by how much it is missed."""
    if value >= aim if least else value <= aim:
        return "yes"
    return f"no: {value / aim:.2f} x the aim"


def table(heads, rows):
    """A Markdown table; the first column is text, the others are figures."""
    lines = [heads, ["---"] + ["--:"] * (len(heads) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
