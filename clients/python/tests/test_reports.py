"""Every report and every view, asked of a real server, beside the JSON that anybody gets."""

from __future__ import annotations

import datetime
import pickle
import time
import urllib.parse
from decimal import Decimal
from typing import Any

import pytest

from rollbook import Client, InvalidArgumentError, NotFoundError, SummarizedAnswer
from rollbook._declarations import DECLARATIONS
from rollbook.columns import Declaration
from tests import school

named = pytest.mark.parametrize("declaration", DECLARATIONS, ids=lambda one: one.path)
REQUIRED: dict[str, Any] = {"student": 3, "teacher": 1}


def arguments(declaration: Declaration, as_of: str) -> dict[str, Any]:
    given = {one.name: REQUIRED[one.name] for one in declaration.parameters if one.is_required}
    if any(one.name == "days" for one in declaration.parameters):
        given["days"] = 200
    return given if declaration.is_view else {**given, "as_of": as_of}


def ask(client: Client, declaration: Declaration, **given: Any) -> Any:
    name = declaration.name.replace("-", "_")
    return getattr(client, f"view_{name}" if declaration.is_view else name)(**given)


def same(cell: Any, json: Any) -> bool:
    if isinstance(cell, Decimal):
        return cell == Decimal(str(json)) and cell.as_tuple().exponent in (-2, -4)
    if isinstance(cell, datetime.datetime):
        # JSON leaves final zeros of the fraction out, and all of it where it is nothing.
        written = cell.replace(tzinfo=None).isoformat()
        written = written.rstrip("0") if "." in written else written
        return cell.tzinfo is datetime.timezone.utc and bool(json == written + "Z")
    if isinstance(cell, datetime.date):
        return bool(json == cell.isoformat())
    return type(cell) is type(json) and bool(cell == json)


@named
def test_rows_are_those_of_the_json(client: Client, url: str, as_of: str, declaration: Declaration) -> None:
    given = arguments(declaration, as_of)
    answer = ask(client, declaration, **given)
    json = school.fetch(url, f"{declaration.path}?{urllib.parse.urlencode(given)}")
    assert json["rows"], "a test without rows tests nothing"
    assert len(answer) == len(json["rows"])
    for row, beside in zip(answer, json["rows"]):
        assert list(row) == list(beside)
        for name in row:
            assert same(row[name], beside[name]), name
    if isinstance(answer, SummarizedAnswer):
        assert all(same(answer.summary[name], json["summary"][name]) for name in json["summary"])
    assert declaration.summary == () or isinstance(answer, SummarizedAnswer)


@named
def test_every_answer_says_where_it_came_from(client: Client, url: str, as_of: str, declaration: Declaration) -> None:
    given = arguments(declaration, as_of)
    answer = ask(client, declaration, **given)
    json = school.fetch(url, f"{declaration.path}?{urllib.parse.urlencode(given)}")
    said = answer.provenance.as_dict()
    for name in json.keys() - {
        "rows",
        "summary",
        "generated_at",
        "execution_time_ms",
        "served_by",
        "data_as_of",
        "as_of",
    }:
        assert said[name] == json[name], name
    assert answer.provenance.further == {}
    assert answer.provenance.as_of.tzinfo is datetime.timezone.utc
    assert answer.provenance.generated_at <= datetime.datetime.now(datetime.timezone.utc)
    assert answer.cache_status is not None


@named
def test_a_kept_answer_is_the_same_answer(client: Client, as_of: str, declaration: Declaration) -> None:
    answer = ask(client, declaration, **arguments(declaration, as_of))
    copy = pickle.loads(pickle.dumps(answer))  # noqa: S301 -- our own
    assert copy == answer
    assert copy.provenance == answer.provenance


@named
def test_by_its_name(client: Client, as_of: str, declaration: Declaration) -> None:
    given = arguments(declaration, as_of)
    by_name = client.view if declaration.is_view else client.report
    assert by_name(declaration.name, **given).rows == ask(client, declaration, **given).rows


@named
def test_the_policy_is_the_one_that_was_given(client: Client, as_of: str, declaration: Declaration) -> None:
    policy = {
        "pass_mark": Decimal("60.5"), "excellent_mark": 85, "overdue_after_days": 3, "recent_days": 5,
        "time_zone": "Pacific/Apia", "late_counts_as_present": False,
    }  # fmt: skip
    answer = ask(client, declaration, **arguments(declaration, as_of), **policy)
    assert {name: getattr(answer.provenance.policy, name) for name in policy} == policy


def test_an_id_may_be_any_text(client: Client, as_of: str) -> None:
    [row] = client.subject_comparison(school.STRANGE_ID, as_of=as_of)
    assert (row["avg_grade"], row["submission_count"]) == (Decimal("81.25"), 1)
    assert row["last_submission_at"].microsecond == 123456
    number = client.subject_comparison(school.STRANGE_ID).provenance.parameters["student"]
    assert client.subject_comparison(number, as_of=as_of).rows == [row]
    assert client.subject_comparison("source:" + school.STRANGE_ID, as_of=as_of).rows == [row]
    [found] = client.find_students(school.STRANGE_ID)
    assert (found.id, found.source_id, found.label) == (number, school.STRANGE_ID, "Zoë O'Неill")


@pytest.mark.parametrize("student", ["nobody", "source:3", "", " ", "0x3", "٣", "\u202e3", "3\u0000", 10**30, -1])
def test_an_id_that_nobody_has_is_refused(client: Client, student: Any) -> None:
    with pytest.raises((NotFoundError, InvalidArgumentError)) as refused:
        client.student_progress(student)
    assert refused.value.parameter == "student"


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"days": 0}, "days"),
        ({"days": None}, "days"),
        ({"days": 2.5}, "days"),
        ({"by": "year"}, "by"),
        ({"limit": 0}, "limit"),
        ({"offset": -1}, "offset"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"as_of": datetime.datetime(2026, 1, 1)}, "as_of"),
        ({"as_of": datetime.date(2026, 1, 1)}, "as_of"),
        ({"pass_mark": float("nan")}, "pass_mark"),
        ({"pass_mark": 101}, "pass_mark"),
        ({"time_zone": "Nowhere/Land"}, "time_zone"),
        ({"student": None}, "student"),
        ({"student": "\ud800"}, "student"),
        ({"student": object()}, "student"),
    ],
)
def test_a_wrong_argument_is_named(client: Client, given: dict[str, Any], parameter: str) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        client.student_progress(**{"student": 3, **given})
    assert refused.value.parameter == parameter
    assert isinstance(refused.value, ValueError)


def test_an_instant_of_any_zone_is_one_instant(client: Client, as_of: str) -> None:
    utc = datetime.datetime.fromisoformat(as_of.replace("Z", "+00:00"))
    kathmandu = utc.astimezone(datetime.timezone(datetime.timedelta(hours=5, minutes=45)))
    assert client.engagement_trend(as_of=kathmandu).provenance.as_of == utc
    assert client.engagement_trend(as_of=kathmandu).rows == client.engagement_trend(as_of=as_of).rows


def test_unknown_names_are_refused_before_asking(client: Client) -> None:
    with pytest.raises(InvalidArgumentError, match="student-progress"):
        client.report("../../v1/info")
    with pytest.raises(InvalidArgumentError) as refused:
        client.report("engagement-trend", colour="red")
    assert refused.value.parameter == "colour"


def test_records_and_upkeep(client: Client, url: str) -> None:
    assert [one.label for one in client.find_subjects("math")] == ["Mathematics"]
    assert len(client.find_students(limit=1000)) == school.STUDENTS + 1
    assert len(client.find_teachers()) == client.info()["tables"][1]["record_count"]
    assert client.find_classes("nothing is called this") == []
    assert client.is_live()
    assert client.is_ready()
    assert {one["name"] for one in client.reports() + client.views()} == {one.name for one in DECLARATIONS}
    client.invalidate_cache()
    assert client.warm() > 0
    assert client.warm() == 0
    assert client.invalidate_cache("student-") > 0
    before = client.info()["data_version"]
    refreshed = client.refresh(as_of="2026-01-01T00:00:00Z", pass_mark=60)
    assert refreshed["data_version"] > before
    assert refreshed["as_of"] == "2026-01-01T00:00:00Z"
    client.refresh()


def test_jobs_are_begun_and_watched(client: Client) -> None:
    assert {job["name"] for job in client.jobs()} >= {"refresh", "warm"}
    run = client.run_job("warm")
    for _ in range(600):
        seen = client.job_run("warm", run)
        if seen["outcome"] != "running":
            break
        time.sleep(0.05)
    assert seen["outcome"] == "succeeded"
    assert run in [one["run_id"] for one in client.job_runs("warm", limit=10)]
    assert isinstance(client.statistics(), list)
    with pytest.raises(NotFoundError):
        client.cancel_job("warm")


@pytest.mark.parametrize("name", ["../info", "nothing", "ü/?#", "a b"])
def test_a_job_of_another_name_is_not_found(client: Client, name: str) -> None:
    for ask in (client.job_runs, client.run_job, client.cancel_job):
        with pytest.raises((NotFoundError, InvalidArgumentError)):
            ask(name)


@pytest.mark.parametrize("name", ["", ".", "..", None, 7, "\ud800"])
def test_what_is_no_name_is_refused(client: Client, name: Any) -> None:
    with pytest.raises(InvalidArgumentError):
        client.job_runs(name)
