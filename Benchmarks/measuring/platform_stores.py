"""The stores of the platform benchmark: the platform's tables, and the same school in Rollbook three times over."""

import datetime
import os
from dataclasses import dataclass

import psycopg

from . import platform_tables
from .district import Facts
from .processes import Usage, note, run

MAPPING = platform_tables.TABLES / "mapping.sql"
#: Whom the questions about one person are asked about: the query of their ids, one for each submission. The teacher has
#: set something in the last weeks, else the report about a month of work would be empty.
SUBMISSIONS_OF = {
    "student": "SELECT student_id AS id FROM materials_materialsubmission",
    "teacher": """
        SELECT a.created_by_id AS id
        FROM assignments_assignmentsubmission s
        JOIN assignments_assignment a ON a.id = s.assignment_id
        WHERE a.created_at >= %(newest)s - INTERVAL '28 days'
    """,
}


@dataclass(frozen=True)
class Store:
    """A store of Rollbook's: how the page calls it, its database, and who says that it answered."""

    name: str
    database: object
    served_by: str


class Stores:
    """All of them. The platform's tables and the mapped store share one database, as they do in life."""

    def __init__(self, program, cluster, work):
        self.program = program
        self.cluster = cluster
        for database in ("own", "platform"):
            cluster.create_database(database)
        self.own = Store("Rollbook/PostgreSQL", cluster.url("own"), "postgres-primary")
        self.mapped = Store("Rollbook, mapped", cluster.url("platform"), "postgres-primary")
        self.duckdb = Store("Rollbook/DuckDB", work / "rollbook.duckdb", "duckdb")
        self.rollbook = [self.own, self.mapped, self.duckdb]
        for store in (self.own, self.mapped):
            run([program, "migrate", "up", "--database", store.database])

    def connect_platform(self):
        """A connection to the platform's database, with the settings that Django and Rollbook's own questions have."""
        return connect(self.cluster.url("platform"))

    def load(self, school):
        """Fills all of them from the same files. Gives the usage of each load."""
        self.duckdb.database.unlink(missing_ok=True)
        usages = {}
        with self.connect_platform() as connection:
            usages["by hand"] = _timed(lambda: platform_tables.fill(connection, school))
        usages["`rollbook import records`, PostgreSQL"] = self._import(self.own, school)
        note("applying the mapping")
        usages["`rollbook mapping apply`, with its refresh"] = run(
            [self.program, "mapping", "apply", MAPPING, "--database", self.mapped.database])
        usages["`rollbook import records`, DuckDB"] = self._import(self.duckdb, school)
        return usages

    def settle(self):
        """Does at once what autovacuum would do in time."""
        for database in ("own", "platform"):
            with connect(self.cluster.url(database)) as connection:
                note(f"vacuuming {database}")
                connection.execute("VACUUM (ANALYZE)")
                connection.execute("CHECKPOINT")

    def _import(self, store, folder):
        note(f"importing into {store.name}")
        return run([self.program, "import", "records", folder, "--database", store.database])

    def sizes(self):
        """The bytes of tables and indexes, by schema and kind, and of the DuckDB file."""
        found = {"DuckDB file": {"tables": self.duckdb.database.stat().st_size, "indexes": 0}}
        for database in ("own", "platform"):
            with connect(self.cluster.url(database)) as connection:
                rows = connection.execute(
                    "SELECT relnamespace::regnamespace::text, sum(pg_table_size(oid)), sum(pg_indexes_size(oid))"
                    " FROM pg_class WHERE relkind IN ('r', 'm') AND relnamespace::regnamespace::text"
                    " IN ('public', 'rollbook') GROUP BY 1").fetchall()
            for schema, tables, indexes in rows:
                found[f"{database}.{schema}"] = {"tables": int(tables), "indexes": int(indexes)}
        return found


def connect(url):
    """A connection as Django makes it, in UTC, with the planner's settings that Rollbook's questions have too."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute("SET timezone = 'UTC'")
    connection.execute("SET jit = off")
    return connection


def read_facts(stores):
    """Looks at the platform's tables."""
    with stores.connect_platform() as connection:
        rows = {
            name: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for name, (table, _) in sorted(platform_tables.COPIES.items())
        }
        (newest,) = connection.execute("SELECT max(created_at) FROM materials_materialsubmission").fetchone()
        ids = {who: _middle(connection, query, newest) for who, query in SUBMISSIONS_OF.items()}
    return Facts(newest.astimezone(datetime.timezone.utc).replace(microsecond=0, tzinfo=None), ids, rows)


def _middle(connection, query, newest):
    """The id with the median number of rows; of equals the one in the middle."""
    ordered = connection.execute(
        f"SELECT id FROM ({query}) submissions GROUP BY id ORDER BY count(*), id", {"newest": newest}).fetchall()
    return ordered[len(ordered) // 2][0]


def _timed(load):
    began = os.times()
    load()
    ended = os.times()
    return Usage(ended.elapsed - began.elapsed, ended.user - began.user + ended.system - began.system, 0)
