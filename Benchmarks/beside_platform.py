"""Measures Rollbook on PostgreSQL beside hand-written SQL over a Django platform's tables: imports, reports, refreshes."""

import argparse
import contextlib
import datetime
import os
import pathlib
import shutil
import signal
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FULL_SIZE = 100_500
#: Seconds after which a question by hand is given up.
TIMEOUT = 300


def arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks/platform", description=__doc__)
    parser.add_argument("--students", type=int, default=FULL_SIZE, help="each has about 100 submissions (%(default)s)")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / ".build/bench", help="the folder to work in")
    parser.add_argument("--keep", action="store_true", help="keep the school's files in the work folder, or use those there")
    parser.add_argument(
        "--report", type=pathlib.Path,
        help="where the page goes: Benchmarks/results/platform.md for the full size, else into the work folder")
    parser.add_argument("--runs-light", type=int, default=25, help="of reports about one person (%(default)s)")
    parser.add_argument("--runs-heavy", type=int, default=5, help="of the other reports (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of refreshes (%(default)s)")
    parser.add_argument("--rollbook", type=pathlib.Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    standard = ROOT / "Benchmarks/results" if chosen.students == FULL_SIZE else chosen.work
    chosen.report = chosen.report or standard / "platform.md"
    return chosen


def time_afresh(chosen, stores, facts):
    """Times all reports with the cache off: Rollbook on each store, and the same questions by hand."""
    from measuring import contestants, processes, reports, rounds

    with contextlib.ExitStack() as servers:
        rivals = []
        for store in stores.rollbook:
            port, _ = servers.enter_context(processes.serving_rollbook(
                chosen.rollbook, store.database, chosen.work / f"serve-{store.served_by}.log",
                {"ROLLBOOK_CACHE_TIME_TO_LIVE": "0"}))
            rivals.append(contestants.Rollbook(port, facts, store.name, store.served_by))
        rivals.append(contestants.Platform(servers.enter_context(stores.connect_platform()), facts, TIMEOUT))
        return rounds.time_reports(
            reports.ALL, rivals[0], rivals[1:],
            runs=lambda report: chosen.runs_light if report.is_light else chosen.runs_heavy)


def main():
    chosen = arguments()
    from measuring import page, platform_page, platform_school, platform_stores, postgresql, processes, refreshes

    # A request to end unwinds like any error, so that no server stays behind.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    chosen.work = chosen.work.resolve()
    chosen.work.mkdir(parents=True, exist_ok=True)
    about = page.machine(ROOT)
    if os.getloadavg()[0] > os.cpu_count() / 2:
        processes.note(f"the machine is busy (load {os.getloadavg()[0]:.1f}): the figures will say little")
    school = chosen.work / "school"
    try:
        platform_school.generate(chosen.rollbook, chosen.students, school, use_existing=chosen.keep)
        with postgresql.cluster(chosen.work / "postgresql", postgresql.PLATFORM_SETTINGS) as cluster:
            stores = platform_stores.Stores(chosen.rollbook, cluster, chosen.work)
            loading = stores.load(school)
            facts = platform_stores.read_facts(stores)
            refreshed_as_of = facts.as_of + datetime.timedelta(days=2)
            refreshes.fill(stores, refreshed_as_of)
            stores.settle()
            sizes = stores.sizes()
            timings = time_afresh(chosen, stores, facts)
            refreshed = refreshes.measure(stores, refreshed_as_of, chosen.work, chosen.rounds)
    finally:
        if not chosen.keep:
            shutil.rmtree(school, ignore_errors=True)
    text = platform_page.markdown(chosen.students, facts, about, loading, sizes, timings, refreshed)
    chosen.report.parent.mkdir(parents=True, exist_ok=True)
    chosen.report.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
