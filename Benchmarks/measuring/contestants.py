"""Those who answer the same question, each as its users would ask it."""

import http.client
import json

import psycopg

from .reports import PEERS, spelled


class Rollbook:
    """The HTTP answer, over one connection that is kept."""

    name = "Rollbook"

    def __init__(self, port, facts):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.facts = facts

    def prepare(self, report):
        """Gives what asks the question once and reads the whole body."""
        target = report.target(self.facts)

        def ask():
            self.connection.request("GET", target)
            response = self.connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise RuntimeError(f"{target}: {response.status} {body[:300]}")
            return body

        return ask

    @staticmethod
    def envelope(body):
        """The answer as it is compared; one that was not computed afresh is refused."""
        envelope = json.loads(body)
        if envelope["served_by"] != "duckdb":
            raise RuntimeError(f"{envelope['report']} was served by {envelope['served_by']}, not computed")
        return envelope


class DuckDB:
    """The peer on DuckDB itself, over plain tables, with all cores."""

    name = "DuckDB"

    def __init__(self, connection, facts):
        self.connection = connection
        self.facts = facts
        connection.execute((PEERS / "duckdb-prelude.sql").read_text())

    def prepare(self, report):
        """Gives what asks the question once and fetches all rows."""
        sql, values = report.peer(self.facts)
        sql = spelled(sql, "${}")
        return lambda: self.connection.execute(sql, values).fetchall()

    def rows(self, answer):
        """The last answer, with its columns' names."""
        return _named(self.connection.description, answer)


class PostgreSQL:
    """The peer on PostgreSQL, with an index on every foreign key, as a prepared statement."""

    name = "PostgreSQL"

    def __init__(self, connection, facts, timeout):
        self.connection = connection
        self.facts = facts
        self.cursor = connection.cursor()
        connection.execute(f"SET statement_timeout = '{timeout}s'")

    def prepare(self, report):
        """Gives what asks the question once and fetches all rows; nothing where it takes too long."""
        sql, values = report.peer(self.facts)
        sql = spelled(sql.replace("%", "%%"), "%({})s")

        def ask():
            try:
                return self.cursor.execute(sql, values, prepare=True).fetchall()
            except psycopg.errors.QueryCanceled:
                return None

        return ask

    def rows(self, answer):
        """The last answer, with its columns' names."""
        return _named(self.cursor.description, answer)


def _named(description, rows):
    names = [column[0] for column in description]
    return [dict(zip(names, row, strict=True)) for row in rows]
