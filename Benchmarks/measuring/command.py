"""What the benchmarks' commands have in common: their options, how they begin, and where their page goes."""

import argparse
import os
import pathlib
import signal
import sys

from . import processes

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def parser(name, description, students, students_help):
    """The options that every one of them takes; the page of a run with so many students is kept with the project."""
    made = argparse.ArgumentParser(prog=f"Benchmarks/{name}", description=description)
    made.add_argument("--students", type=int, default=students, help=students_help)
    made.add_argument("--work", type=pathlib.Path, default=ROOT / ".build/bench", help="the folder to work in")
    made.add_argument(
        "--report", type=pathlib.Path,
        help=f"where the page goes: Benchmarks/results/{name}.md for the full size, else into the work folder")
    made.add_argument("--rollbook", type=pathlib.Path, help=argparse.SUPPRESS)
    return made


def options(made, name):
    """The options that were given."""
    chosen = made.parse_args()
    standard = ROOT / "Benchmarks/results" if chosen.students == made.get_default("students") else chosen.work
    chosen.report = chosen.report or standard / f"{name}.md"
    return chosen


def begin(chosen):
    """Makes the folder to work in. From now on a request to end unwinds like any error, so that no server stays behind."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(f"ended by signal {received}"))
    chosen.work = chosen.work.resolve()
    chosen.work.mkdir(parents=True, exist_ok=True)
    if os.getloadavg()[0] > os.cpu_count() / 2:
        processes.note(f"the machine is busy (load {os.getloadavg()[0]:.1f}): the figures will say little")


def publish(chosen, text):
    """Writes the page, and prints it."""
    chosen.report.parent.mkdir(parents=True, exist_ok=True)
    chosen.report.write_text(text, encoding="utf-8")
    print(text)
