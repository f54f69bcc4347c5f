"""Measures Rollbook on a district: loading, reports computed afresh, cached answers."""

import argparse
import pathlib
import shutil
import sys

from measuring import command

FULL_SIZE = 100_500
#: Seconds after which PostgreSQL gives up.
TIMEOUT = 120
#: What is asked of the cache: an answer of a few bytes, and one of a thousand rows.
CACHED = ("student-progress", "class-trends")


def arguments():
    parser = command.parser("district", __doc__, FULL_SIZE, "each has about 100 submissions (%(default)s)")
    parser.add_argument("--keep", action="store_true", help="keep the district and both databases in the work folder")
    parser.add_argument("--runs-light", type=int, default=9, help="of reports about one person (%(default)s)")
    parser.add_argument("--runs-heavy", type=int, default=5, help="of the other reports (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of loads, and of wrk (%(default)s)")
    parser.add_argument("--load-seconds", type=int, default=8, help="of each wrk (%(default)s)")
    parser.add_argument("--bare-route", type=pathlib.Path, help=argparse.SUPPRESS)
    return command.options(parser, "district")


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
    from measuring import district, page

    command.begin(chosen)
    about = page.machine(command.ROOT)
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
    command.publish(chosen, text)


if __name__ == "__main__":
    main()
