"""Measures Rollbook on PostgreSQL beside hand-written SQL over a Django platform's tables: imports, reports, refreshes."""

import contextlib
import datetime
import shutil

from measuring import command

FULL_SIZE = 100_500
#: Seconds after which a question by hand is given up.
TIMEOUT = 300


def arguments():
    parser = command.parser("platform", __doc__, FULL_SIZE, "each has about 100 submissions (%(default)s)")
    parser.add_argument("--keep", action="store_true", help="keep the school's files in the work folder, or use those there")
    parser.add_argument("--runs-light", type=int, default=25, help="of reports about one person (%(default)s)")
    parser.add_argument("--runs-heavy", type=int, default=5, help="of the other reports (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of refreshes (%(default)s)")
    return command.options(parser, "platform")


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
    from measuring import page, platform_page, platform_school, platform_stores, postgresql, refreshes

    command.begin(chosen)
    about = page.machine(command.ROOT)
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
    command.publish(chosen, text)


if __name__ == "__main__":
    main()
