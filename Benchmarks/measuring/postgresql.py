"""A PostgreSQL cluster that lives for one run."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
from dataclasses import dataclass

import psycopg

from .processes import free_port, note, serving
from .reports import PEERS

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "2GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "1GB",
    "effective_cache_size": "6GB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "2",
    "max_wal_size": "8GB",
    # Only the loading is quicker for these; nothing is written while questions are timed.
    "fsync": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
#: A server that writes as a platform's does. All who are compared have these.
PLATFORM_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "2GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "512MB",
    "effective_cache_size": "8GB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "2",
    "max_wal_size": "8GB",
    "fsync": "on",
}
KEYS = {"class_teachers": "class_id, teacher_id"}


@dataclass(frozen=True)
class Cluster:
    """A running server."""

    port: int

    def url(self, database="postgres"):
        """How Rollbook and psycopg alike reach a database."""
        return f"postgres://bench@127.0.0.1:{self.port}/{database}"

    def create_database(self, name):
        """Makes an empty database."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")


@contextlib.contextmanager
def cluster(folder, settings):
    """Makes a cluster in a folder, starts and gives it, and removes it all at the end."""
    user = "postgres" if os.geteuid() == 0 else None
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if user:
        shutil.chown(folder, user, user)
        folder.chmod(0o700)
    try:
        initialized = subprocess.run(
            [PROGRAMS / "initdb", "--pgdata", folder, "--auth", "trust", "--username", "bench", "--locale", "C.UTF-8"],
            user=user, group=user, extra_groups=[] if user else None, cwd="/", capture_output=True, text=True)
        if initialized.returncode != 0:
            raise RuntimeError(f"initdb failed (can the user {user} reach {folder}?):\n{initialized.stderr}")
        port = free_port()
        made = Cluster(port)
        arguments = [PROGRAMS / "postgres", "-D", folder, "-p", port]
        for name, value in settings.items():
            arguments += ["-c", f"{name}={value}"]
        log = folder.parent / "postgresql.log"
        with serving(arguments, log, lambda: _accepts(made.url()), stop=signal.SIGINT, user=user):
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _accepts(address):
    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def load(connection, source, folder):
    """Copies the tables of a DuckDB connection, with a key, an index on every foreign key, and statistics."""
    connection.execute((PEERS / "postgresql-prelude.sql").read_text())
    for (table,) in source.execute("SELECT table_name FROM duckdb_tables() ORDER BY estimated_size").fetchall():
        note(f"PostgreSQL: loading {table}")
        columns = source.execute(f"SELECT column_name, column_type FROM (DESCRIBE {table})").fetchall()
        file = folder / f"{table}.csv"
        source.execute(f"COPY {table} TO '{file}' (FORMAT csv, HEADER false)")
        _copy(connection, table, columns, file)
        file.unlink()
        connection.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({KEYS.get(table, 'id')})")
        for name, _ in columns:
            if name.endswith("_id"):
                connection.execute(f"CREATE INDEX ON {table} ({name})")
    note("PostgreSQL: statistics")
    connection.execute("VACUUM (ANALYZE)")
    connection.execute("CHECKPOINT")


def _copy(connection, table, columns, file):
    with connection.transaction(), open(file, "rb") as rows:
        connection.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns)})")
        with connection.cursor().copy(f"COPY {table} FROM STDIN WITH (FORMAT csv, FREEZE)") as copy:
            while block := rows.read(1 << 20):
                copy.write(block)
