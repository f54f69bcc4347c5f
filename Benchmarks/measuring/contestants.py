"""Those who answer the same question, each as its users would ask it."""

import datetime
import http.client
import json

import psycopg

from . import agreement
from .reports import PEERS, spelled


class Rollbook:
    """The HTTP answer, over one connection that is kept; `served_by` is the engine that must have computed it."""

    def __init__(self, port, facts, name, served_by):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.facts = facts
        self.name = name
        self.served_by = served_by

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

    def envelope(self, body):
        """The answer as it is compared; one that was not computed afresh is refused."""
        envelope = json.loads(body)
        if envelope["served_by"] != self.served_by:
            raise RuntimeError(f"{envelope['report']} was served by {envelope['served_by']}, not {self.served_by}")
        return envelope

    def computing(self, body):
        """The milliseconds that the answer says it took, without HTTP and JSON."""
        return self.envelope(body)["execution_time_ms"]

    def check(self, report, envelope, body):
        """Whether another store of Rollbook's said the same."""
        agreement.check_same(report, self.name, envelope, self.envelope(body))


class _ByHand:
    """What peers share: the rows of their last answer, compared with Rollbook's."""

    def check(self, report, envelope, answer):
        """Whether the rows say what Rollbook said."""
        names = [column[0] for column in self._description()]
        agreement.check(report, self.name, envelope, [dict(zip(names, row, strict=True)) for row in answer])


class DuckDB(_ByHand):
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

    def _description(self):
        return self.connection.description


class PostgreSQL(_ByHand):
    """The peer on PostgreSQL, with an index on every foreign key, as a prepared statement."""

    name = "PostgreSQL"
    folder = PEERS

    def __init__(self, connection, facts, timeout):
        self.cursor = connection.cursor()
        self.facts = facts
        connection.execute(f"SET statement_timeout = '{timeout}s'")

    def prepare(self, report):
        """Gives what asks the question once and fetches all rows; nothing where it takes too long."""
        sql, values = report.peer(self.facts, self.folder)
        sql = spelled(sql.replace("%", "%%"), "%({})s")
        values = {name: self._bound(value) for name, value in values.items()}

        def ask():
            try:
                return self.cursor.execute(sql, values, prepare=True).fetchall()
            except psycopg.errors.QueryCanceled:
                return None

        return ask

    def _bound(self, value):
        return value

    def _description(self):
        return self.cursor.description


class Platform(PostgreSQL):
    """The question as a platform's team writes it over its Django tables, as a prepared statement."""

    name = "by hand"
    folder = PEERS / "django"

    def _bound(self, value):
        """Django's instants have a zone."""
        is_instant = isinstance(value, datetime.datetime)
        return value.replace(tzinfo=datetime.timezone.utc) if is_instant else value
