"""Measures ten times as many questions as the engine can answer, and what metrics and traces cost."""

import argparse
import pathlib
import shutil
import signal
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FULL_SIZE = 20_000


def arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks/overload", description=__doc__)
    parser.add_argument("--students", type=int, default=FULL_SIZE, help="of the school that is asked (%(default)s)")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / ".build/bench", help="the folder to work in")
    parser.add_argument(
        "--report", type=pathlib.Path,
        help="where the page goes: Benchmarks/results/overload.md for the full size, else into the work folder")
    parser.add_argument("--seconds", type=int, default=20, help="of each load (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of each comparison (%(default)s)")
    parser.add_argument("--times", type=int, default=10, help="how many times the capacity is asked (%(default)s)")
    parser.add_argument("--rollbook", type=pathlib.Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    standard = ROOT / "Benchmarks/results" if chosen.students == FULL_SIZE else chosen.work
    chosen.report = chosen.report or standard / "overload.md"
    return chosen


def main():
    chosen = arguments()
    from measuring import observing, overload, page, processes

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(f"ended by signal {received}"))
    chosen.work = chosen.work.resolve()
    folder = chosen.work / "overload"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    about = page.machine(ROOT)
    try:
        database = folder / "school.duckdb"
        processes.note(f"generating a school of {chosen.students:,} students")
        processes.run(
            [chosen.rollbook, "generate", "school", "--students", chosen.students, "--seed", 4, "--database", database])
        rounds = [
            overload.measure(chosen.rollbook, database, folder, chosen.seconds, chosen.times)
            for _ in range(chosen.rounds)
        ]
        costs = observing.measure(chosen.rollbook, database, folder, chosen.seconds, chosen.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = overload.markdown(chosen.students, chosen.times, about, rounds) + observing.markdown(costs)
    chosen.report.parent.mkdir(parents=True, exist_ok=True)
    chosen.report.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
