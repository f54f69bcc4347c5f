"""Measures ten times as many questions as the engine can answer, and what metrics and traces cost."""

import shutil

from measuring import command

FULL_SIZE = 20_000


def arguments():
    parser = command.parser("overload", __doc__, FULL_SIZE, "of the school that is asked (%(default)s)")
    parser.add_argument("--seconds", type=int, default=20, help="of each load (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of each comparison (%(default)s)")
    parser.add_argument("--times", type=int, default=10, help="how many times the capacity is asked (%(default)s)")
    return command.options(parser, "overload")


def main():
    chosen = arguments()
    from measuring import observing, overload, page, processes

    command.begin(chosen)
    folder = chosen.work / "overload"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    about = page.machine(command.ROOT)
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
    command.publish(chosen, text)


if __name__ == "__main__":
    main()
