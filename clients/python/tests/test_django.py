"""A small Django project whose views ask a hand-written service, and then, with one import line changed, Rollbook."""

from __future__ import annotations

import csv
import json
import os
import sys
import types
from decimal import Decimal
from pathlib import Path
from typing import Any, Iterator

import pytest

SITE = Path(__file__).parent / "site"
BY_HAND = "from grades.services import DataWarehouseService"
ROLLBOOK = "from rollbook import DataWarehouseService"
TABLES = {
    "students": "id INTEGER, first_name TEXT, last_name TEXT",
    "subjects": "id INTEGER, name TEXT",
    "materials": "id INTEGER, subject_id INTEGER, class_id INTEGER, title TEXT",
    "submissions": "id INTEGER, student_id INTEGER, material_id INTEGER, submitted_at TEXT, score REAL",
    "assignments": "id INTEGER, teacher_id INTEGER, class_id INTEGER, subject_id INTEGER, title TEXT, created_at TEXT,"
    " due_at TEXT",
    "assignment_submissions": "id INTEGER, assignment_id INTEGER, student_id INTEGER, status TEXT, submitted_at TEXT,"
    " graded_at TEXT, score REAL",
}


@pytest.fixture(scope="module")
def site(database: Path) -> Iterator[Any]:
    """The project, with the school's records in its own database."""
    patch = pytest.MonkeyPatch()
    patch.setenv("DJANGO_SETTINGS_MODULE", "settings")
    patch.syspath_prepend(str(SITE))
    import django
    from django.db import connection

    django.setup()
    with connection.cursor() as cursor:
        for table, columns in TABLES.items():
            cursor.execute(f"CREATE TABLE {table} ({columns})")
            path = database.parent / "school" / f"{'material_' if table == 'submissions' else ''}{table}.csv"
            with path.open(newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            marks = ", ".join(["%s"] * len(rows[0]))
            # Whose id is a text is unknown to a platform that counts its users.
            cells = [[in_table(cell) for cell in row.values()] for row in rows if row["id"].isdigit()]
            cells = [row for row in cells if not (table == "submissions" and not str(row[1]).isdigit())]
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", cells)
    yield django
    connection.close()
    patch.undo()


def in_table(cell: str) -> Any:
    # As Django writes instants into SQLite.
    return None if cell == "" else cell.replace("T", " ").rstrip("Z") if cell[10:11] == "T" else cell


def ask(path: str, line: str, url: str) -> Any:
    """Ask a page of the project, with this import line in its views."""
    from django.test import Client, override_settings

    text = (SITE / "grades" / "views.py").read_text()
    assert text.count(BY_HAND + "\n") == 1
    changed = types.ModuleType("grades.views")
    exec(compile(text.replace(BY_HAND, line), "views.py", "exec"), changed.__dict__)  # noqa: S102 -- our own
    sys.modules["grades.views"] = changed
    sys.modules.pop("urls", None)
    from django.urls import clear_url_caches

    clear_url_caches()
    settings: dict[str, Any] = {} if line == BY_HAND else {"ROLLBOOK_URL": url}
    with override_settings(**settings):
        return Client().get(path)


def both(path: str, url: str) -> tuple[Any, Any]:
    before, after = (ask(path, line, url) for line in (BY_HAND, ROLLBOOK))
    assert before.status_code == after.status_code
    return json.loads(before.content), json.loads(after.content)


def assert_covers(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    """Every key that was there is there, with the same value."""
    assert before, "a test without rows tests nothing"
    assert len(before) == len(after)
    for old, new in zip(before, after):
        for key, value in old.items():
            if isinstance(value, str) and value.replace(".", "").isdigit():
                # SQLite divides in binary, Rollbook exactly: they may part where a third digit is a five.
                assert abs(Decimal(new[key]) - Decimal(value)) <= Decimal("0.01"), key
            else:
                assert new[key] == value, key


@pytest.mark.parametrize("by", ["day", "week", "month"])
@pytest.mark.usefixtures("site")
def test_a_students_page_changes_one_import(url: str, by: str) -> None:
    before, after = both(f"/students/3/?by={by}&days=300&format=json", url)
    assert_covers(before["progress"]["periods"], after["progress"]["periods"])
    assert_covers(before["subjects"]["subjects"], after["subjects"]["subjects"])
    for key in ("progress", "subjects"):
        assert set(before[key]) <= set(after[key])
        assert after[key]["total_count"] == before[key]["total_count"]
        assert isinstance(after[key]["execution_time_ms"], float)
        assert after[key]["provenance"]["data_version"] > 0


@pytest.mark.usefixtures("site")
def test_a_template_shows_the_same(url: str) -> None:
    before, after = (ask("/students/3/?by=month&days=300", line, url) for line in (BY_HAND, ROLLBOOK))
    assert before.content.decode() == after.content.decode()
    assert "<p>" in after.content.decode()


@pytest.mark.usefixtures("site")
def test_nobody_and_a_new_student_have_no_rows(url: str) -> None:
    before, after = both("/students/987654321/?format=json", url)
    assert before["progress"]["periods"] == after["progress"]["periods"] == []
    assert after["subjects"]["total_count"] == 0
    assert after["progress"]["provenance"] is None


@pytest.mark.usefixtures("site")
def test_a_teachers_page_changes_one_import(url: str) -> None:
    before, after = both("/teachers/1/", url)
    assert_covers([{k: v for k, v in before.items() if k != "execution_time_ms"}], [after])
    before, after = both("/teachers/987654321/", url)
    assert before["error"] == after["error"] == "No data found"


@pytest.mark.usefixtures("site")
def test_the_schools_page_changes_one_import(url: str) -> None:
    before, after = both("/school/", url)
    after["engagement"]["students"] = [one for one in after["engagement"]["students"] if one["student_id"] < 10**9]
    assert_covers(before["engagement"]["students"], after["engagement"]["students"])
    assert_covers(before["top"]["performers"], after["top"]["performers"])


@pytest.mark.usefixtures("site")
def test_settings_say_where_the_server_is(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import override_settings

    from rollbook import ConfigurationError, DataWarehouseService

    monkeypatch.setenv("ROLLBOOK_URL", "http://127.0.0.1:1")
    with override_settings(ROLLBOOK_URL=url, ROLLBOOK_TIMEOUT=7):
        assert DataWarehouseService.get_class_performance_trends()["total_count"] > 0
        assert DataWarehouseService().client._timeout == 7
        assert DataWarehouseService().client._transport is DataWarehouseService().client._transport
    with override_settings(ROLLBOOK_URL=url, ROLLBOOK_TOKEN="not a token"):
        with pytest.raises(ConfigurationError) as refused:
            DataWarehouseService()
        assert "not a token" not in str(refused.value)
    monkeypatch.delenv("ROLLBOOK_URL")
    with pytest.raises(ConfigurationError, match="ROLLBOOK_URL"):
        DataWarehouseService()


@pytest.mark.usefixtures("site")
def test_instants_are_those_of_the_project(url: str) -> None:
    from django.test import override_settings
    from django.utils import timezone

    from rollbook import DataWarehouseService

    with override_settings(ROLLBOOK_URL=url):
        aware = DataWarehouseService.get_top_performers()["performers"][0]["last_submission"]
        with override_settings(USE_TZ=False):
            naive = DataWarehouseService.get_top_performers()["performers"][0]["last_submission"]
    assert timezone.is_aware(aware)
    assert naive == timezone.make_naive(aware), "without zones Django means TIME_ZONE"


@pytest.mark.usefixtures("site")
def test_results_may_be_kept_in_djangos_cache(url: str) -> None:
    from django.core.cache import cache
    from django.core.serializers.json import DjangoJSONEncoder

    from rollbook import DataWarehouseService

    result = DataWarehouseService(url=url).get_student_progress_over_time(3, days_back=300)
    cache.set("progress", result)
    assert cache.get("progress") == result
    assert json.loads(json.dumps(result, cls=DjangoJSONEncoder))["total_count"] == result["total_count"]


def test_django_is_not_loaded_for_those_who_have_none() -> None:
    import subprocess

    look = (
        "import sys, rollbook\n"
        "try: rollbook.DataWarehouseService()\n"
        "except rollbook.ConfigurationError: pass\n"
        "assert 'django' not in sys.modules"
    )
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("ROLLBOOK", "DJANGO"))}
    subprocess.run([sys.executable, "-c", look], check=True, env=clean, timeout=60)
