"""The summary views brought up to date: Rollbook's and the hand-written ones, in turns, with every row compared."""

import contextlib
import csv
import datetime
import http.client
import json
import random
import re
import time

from psycopg.rows import dict_row

from . import agreement, platform_tables
from .processes import note, run, serving_rollbook

#: How many submissions come between two refreshes: of materials, and of assignments.
BATCH = {"material_submissions": 830, "assignment_submissions": 170}
#: As the page calls what happened before a refresh.
STATES = ("nothing changed", f"{sum(BATCH.values()):,} new submissions")
PAGE = 10_000


class Refreshes:
    """The seconds that were taken, and those of the batches' imports."""

    def __init__(self):
        #: Seconds by what happened before, by who, and by view; "all four" is the whole command or script.
        self.seconds = {state: {} for state in STATES}
        #: Seconds of taking in a batch, by who.
        self.batches = {}

    def add(self, state, who, taken):
        """Keeps the seconds of one refresh."""
        for view, seconds in taken.items():
            self.seconds[state].setdefault(who, {}).setdefault(view, []).append(seconds)


def fill(stores, as_of):
    """Fills the views for the first time; those of the mapped store are filled already, by the mapping's command."""
    for store in (stores.own, stores.mapped):
        note(f"{store.name}: filling the views")
        _refresh(stores.program, store, as_of)
    with stores.connect_platform() as connection:
        platform_tables.create_views(connection, as_of)


def measure(stores, as_of, folder, rounds):
    """Refreshes in turns, with nothing changed and after new submissions; compares all rows at the end."""
    taken = Refreshes()
    with stores.connect_platform() as connection:
        for number in range(rounds):
            for state in STATES:
                if state != STATES[0]:
                    _take_in(stores, connection, as_of, folder / "batch", number, taken)
                turns = {
                    "by hand": lambda: _refresh_by_hand(connection),
                    **{
                        store.name: lambda store=store: _refresh(stores.program, store, as_of)
                        for store in (stores.own, stores.mapped)
                    },
                }
                for who, refresh in turns.items():
                    seconds = refresh()
                    taken.add(state, who, seconds)
                    note(f"refresh {number + 1} of {rounds}, {state}, {who}: {seconds['all four']:.2f} s")
        for store in (stores.own, stores.mapped):
            _compare(stores.program, store, connection, folder)
    return taken


def _refresh(program, store, as_of):
    usage = run([program, "refresh", "--as-of", f"{as_of:%Y-%m-%dT%H:%M:%SZ}", "--database", store.database])
    views = re.findall(r"^([a-z_]+) +[\d,.]+ +([\d,.]+)$", usage.said, re.MULTILINE)
    return {view: float(duration.replace(",", "")) / 1000 for view, duration in views} | {"all four": usage.wall}


def _refresh_by_hand(connection):
    taken = {}
    for view in platform_tables.VIEW_KEYS:
        began = time.perf_counter()
        connection.execute(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {view}")
        taken[view] = time.perf_counter() - began
    return taken | {"all four": sum(taken.values())}


def _take_in(stores, connection, as_of, folder, number, taken):
    """Adds a batch to the platform's tables and imports it into Rollbook's own."""
    folder.mkdir(exist_ok=True)
    for table, rows in _batch(connection, as_of, random.Random(number)).items():
        with open(folder / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    began = time.perf_counter()
    platform_tables.add(connection, folder)
    taken.batches.setdefault("by hand", []).append(time.perf_counter() - began)
    usage = run([stores.program, "import", "records", folder, "--database", stores.own.database])
    taken.batches.setdefault(stores.own.name, []).append(usage.wall)


def _batch(connection, as_of, chance):
    """New submissions of the day before `as_of`, by students who have handed in there before; some are not graded yet."""

    def times():
        submitted = as_of - datetime.timedelta(seconds=chance.randrange(3_600, 86_400))
        return submitted, submitted + datetime.timedelta(seconds=chance.randrange(60, 3_600))

    def text(instant):
        return f"{instant:%Y-%m-%dT%H:%M:%SZ}"

    made = {table: [] for table in BATCH}
    for key, student, material in _sample(
            connection, "materials_materialsubmission", "material_id", BATCH["material_submissions"], chance):
        score = chance.randint(40, 100) if chance.random() < 0.85 else ""
        made["material_submissions"].append({
            "id": key, "student_id": student, "material_id": material, "submitted_at": text(times()[0]), "score": score})
    for key, student, assignment in _sample(
            connection, "assignments_assignmentsubmission", "assignment_id", BATCH["assignment_submissions"], chance):
        submitted, graded = times()
        is_graded = chance.random() < 0.5
        made["assignment_submissions"].append({
            "id": key, "assignment_id": assignment, "student_id": student,
            "status": "graded" if is_graded else "pending", "submitted_at": text(submitted),
            "graded_at": text(graded) if is_graded else "", "score": chance.randint(40, 100) if is_graded else ""})
    return made


def _sample(connection, table, column, count, chance):
    """New ids, each with the student and the other key of a submission that is there."""
    (last,) = connection.execute(f"SELECT max(id) FROM {table}").fetchone()
    found = connection.execute(
        f"SELECT student_id, {column} FROM {table} WHERE id = ANY(%s) ORDER BY id",
        [chance.sample(range(1, last + 1), min(last, 2 * count))]).fetchall()
    return [(last + 1 + number, *row) for number, row in enumerate(found[:count])]


def _compare(program, store, connection, folder):
    """Compares every row of every view as Rollbook shows it with the hand-written view's."""
    with (
        serving_rollbook(program, store.database, folder / "views.log") as (port, _),
        contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as web,
        connection.cursor(row_factory=dict_row) as cursor,
    ):
        for view, key in platform_tables.VIEW_KEYS.items():
            note(f"comparing {view} of {store.name}")
            theirs = cursor.execute(f"SELECT * FROM {view} ORDER BY {', '.join(key)}").fetchall()
            for offset in range(0, max(len(theirs), 1), PAGE):
                ours = _page(web, view, offset)
                agreement.check_rows(f"{view} of {store.name}", ours["rows"], theirs[offset:offset + PAGE])
                if ours["total_count"] != len(theirs):
                    raise agreement.Disagreement(f"{view}: {ours['total_count']} and {len(theirs)} rows")


def _page(web, view, offset):
    web.request("GET", f"/v1/views/{view}?limit={PAGE}&offset={offset}")
    response = web.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(f"{view}: {response.status} {body[:300]}")
    return json.loads(body)
