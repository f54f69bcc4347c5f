"""The district that is measured: made, loaded, and asked for its typical student and teacher."""

import datetime
import os
import shutil
import statistics
from dataclasses import dataclass

import duckdb

from .processes import note, run

PLAIN_LOAD = os.path.join(os.path.dirname(__file__), "plain_load.py")


@dataclass(frozen=True)
class Facts:
    """What every question is asked about."""

    #: The newest submission's instant, in UTC.
    as_of: datetime.datetime
    #: The student and the teacher with the median number of submissions.
    ids: dict
    #: The rows of each table.
    rows: dict


@dataclass(frozen=True)
class Loading:
    """The usage of each load, in turns, and of what came before and after."""

    generated: object
    ours: list
    plain: list
    refreshed: object
    sizes: dict


def generate(rollbook, students, folder):
    """Makes the district as Parquet, anew."""
    note(f"generating a district of {students:,} students")
    shutil.rmtree(folder, ignore_errors=True)
    return run([rollbook, "generate", "school", "--students", students, "--format", "parquet", "--output", folder])


def load(rollbook, python, parquet, ours, plain, generated, rounds):
    """Imports the Parquet into a fresh file and loads it with DuckDB alone into another, in turns; then refreshes."""
    taken = {ours: [], plain: []}
    commands = {
        ours: [rollbook, "import", "records", parquet, "--database", ours],
        plain: [python, PLAIN_LOAD, parquet, plain],
    }
    for number in range(rounds):
        for database, command in commands.items():
            note(f"loading {database.name}, round {number + 1} of {rounds}")
            for file in (database, database.with_name(database.name + ".wal")):
                file.unlink(missing_ok=True)
            os.sync()
            taken[database].append(run(command))
    note("refreshing the views")
    as_of = read_facts(plain).as_of.strftime("%Y-%m-%dT%H:%M:%SZ")
    refreshed = run([rollbook, "refresh", "--as-of", as_of, "--database", ours])
    sizes = {database.name: database.stat().st_size for database in (ours, plain)}
    return Loading(generated, taken[ours], taken[plain], refreshed, sizes)


def median_usage(usages, attribute):
    """The median of one figure over the rounds."""
    return statistics.median(getattr(usage, attribute) for usage in usages)


def read_facts(plain):
    """Looks at the plain tables."""
    with duckdb.connect(str(plain), read_only=True) as connection:
        tables = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        rows = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in sorted(tables)}
        (newest,) = connection.execute("SELECT max(submitted_at) FROM material_submissions").fetchone()
        ids = {
            "student": _middle(connection, "SELECT student_id FROM material_submissions", "student_id"),
            "teacher": _middle(
                connection,
                "SELECT a.teacher_id FROM assignment_submissions s JOIN assignments a ON a.id = s.assignment_id",
                "teacher_id"),
        }
    return Facts(newest.replace(microsecond=0), ids, rows)


def _middle(connection, source, column):
    """The id with the median number of rows; of equals the one in the middle."""
    ordered = connection.execute(
        f"SELECT {column} FROM ({source}) GROUP BY {column} ORDER BY count(*), {column}").fetchall()
    return ordered[len(ordered) // 2][0]
