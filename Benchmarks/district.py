"""Measures Rollbook on a district: loading, reports computed afresh, cached answers."""

import argparse
import os
import pathlib
import shutil
import signal
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FULL_SIZE = 100_500
#: Seconds after which PostgreSQL gives up.
TIMEOUT = 120
#: What is asked of the cache: an answer of a few bytes, and one of a thousand rows.
CACHED = ("student-progress", "class-trends")


def arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks/district", description=__doc__)
    parser.add_argument("--students", type=int, default=FULL_SIZE, help="each has about 100 submissions (%(default)s)")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / ".build/bench", help="the folder to work in")
    parser.add_argument("--keep", action="store_true", help="keep the district and both databases in the work folder")
    parser.add_argument(
        "--report", type=pathlib.Path,
        help="where the page goes: Benchmarks/results/district.md for the full size, else into the work folder")
    parser.add_argument("--runs-light", type=int, default=9, help="of reports about one person (%(default)s)")
    parser.add_argument("--runs-heavy", type=int, default=5, help="of the other reports (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of loads, and of wrk (%(default)s)")
    parser.add_argument("--load-seconds", type=int, default=8, help="of each wrk (%(default)s)")
    parser.add_argument("--rollbook", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--bare-route", type=pathlib.Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    standard = ROOT / "Benchmarks/results" if chosen.students == FULL_SIZE else chosen.work
    chosen.report = chosen.report or standard / "district.md"
    return chosen


def time_afresh(chosen, databases, facts):
    """Times all reports with the cache off. Gives the timings and the server's peak memory."""
    import duckdb
    import psycopg

    from measuring import contestants, postgresql, processes, reports, rounds

    ours, plain = databases
    with (
        postgresql.cluster(chosen.work / "postgresql", postgresql.SETTINGS) as cluster,
        psycopg.connect(cluster.url(), autocommit=True) as server,
        duckdb.connect(str(plain), read_only=True) as connection,
    ):
        postgresql.load(server, connection, chosen.work)
        with processes.serving_rollbook(
            chosen.rollbook, ours, chosen.work / "rollbook.log", {"ROLLBOOK_CACHE_TIME_TO_LIVE": "0"}
        ) as (port, process):
            timings = rounds.time_reports(
                reports.ALL, contestants.Rollbook(port, facts, "Rollbook", "duckdb"),
                [contestants.DuckDB(connection, facts), contestants.PostgreSQL(server, facts, TIMEOUT)],
                runs=lambda report: chosen.runs_light if report.is_light else chosen.runs_heavy)
            return timings, processes.peak_memory(process)


def time_cached(chosen, database, facts):
    """Times cached answers under load."""
    from measuring import cached, processes, reports

    with processes.serving_rollbook(chosen.rollbook, database, chosen.work / "rollbook-cached.log") as (port, _):
        return [
            cached.measure(report, facts, port, chosen.bare_route, chosen.work, chosen.rounds, chosen.load_seconds)
            for report in reports.ALL if report.name in CACHED
        ]


def main():
    chosen = arguments()
    from measuring import district, page, processes

    # A request to end unwinds like any error, so that no server stays behind.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    chosen.work = chosen.work.resolve()
    chosen.work.mkdir(parents=True, exist_ok=True)
    about = page.machine(ROOT)
    if os.getloadavg()[0] > os.cpu_count() / 2:
        processes.note(f"the machine is busy (load {os.getloadavg()[0]:.1f}): the figures will say little")
    parquet, ours, plain = (chosen.work / name for name in ("parquet", "rollbook.duckdb", "plain.duckdb"))
    try:
        generated = district.generate(chosen.rollbook, chosen.students, parquet)
        loading = district.load(chosen.rollbook, sys.executable, parquet, ours, plain, generated, chosen.rounds)
        facts = district.read_facts(plain)
        timings, memory = time_afresh(chosen, (ours, plain), facts)
        cached = time_cached(chosen, ours, facts)
    finally:
        if not chosen.keep:
            shutil.rmtree(parquet, ignore_errors=True)
            for database in (ours, plain):
                database.unlink(missing_ok=True)
    text = page.markdown(chosen.students, facts, about, loading, timings, memory, cached)
    chosen.report.parent.mkdir(parents=True, exist_ok=True)
    chosen.report.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
