"""The drop-in: its methods, their arguments and defaults, and the keys of what they give."""

from __future__ import annotations

import inspect
import json
import pickle
import typing
from decimal import Decimal
from typing import Any, Iterator
from unittest import mock

import pytest

import rollbook
from rollbook import DataWarehouseService, cache_names, results, warehouse
from tests import school
from tests.misbehaving import Behaviour, hang_up, misbehaving, send
from tests.test_transport import ANSWER

#: Each method: the report behind it, its arguments with their defaults, the key of its rows, and their other names.
METHODS: dict[str, tuple[str, dict[str, Any], str | None, dict[str, str]]] = {
    "get_student_progress_over_time": (
        "student_progress",
        {"student_id": ..., "granularity": "week", "days_back": 30, "limit": 100, "offset": 0},
        "periods",
        {"min_score": "min_grade", "max_score": "max_grade", "score_stddev": "grade_stddev"},
    ),
    "get_subject_performance_comparison": (
        "subject_comparison",
        {"student_id": ..., "limit": 50, "offset": 0},
        "subjects",
        {"last_submission": "last_submission_at"},
    ),
    "get_student_engagement_metrics": (
        "student_engagement",
        {"days_back": 30, "limit": 100, "offset": 0},
        "students",
        {"last_submission": "last_submission_at"},
    ),
    "get_teacher_workload_analysis": ("teacher_workload", {"teacher_id": ..., "days_back": 30}, None, {}),
    "get_top_performers": (
        "top_performers",
        {"min_submissions": 3, "days_back": 90, "limit": 10, "offset": 0},
        "performers",
        {"first_submission": "first_submission_at", "last_submission": "last_submission_at"},
    ),
    "get_bottom_performers": (
        "bottom_performers",
        {"min_submissions": 3, "days_back": 90, "limit": 10, "offset": 0},
        "performers",
        {"first_submission": "first_submission_at", "last_submission": "last_submission_at"},
    ),
    "get_attendance_vs_grades_correlation": (
        "attendance_correlation",
        {"days_back": 90},
        "correlations",
        {"attendance_rate_bucket": "rate_from", "score_stddev": "grade_stddev"},
    ),
    "get_class_performance_trends": ("class_trends", {"granularity": "week", "days_back": 90}, "trends", {}),
}
IDS = {"student_id": 3, "teacher_id": 1}
NAMES = {"granularity": "by", "days_back": "days", "student_id": "student", "teacher_id": "teacher"}
each = pytest.mark.parametrize("name", METHODS)


@pytest.fixture
def service(url: str) -> DataWarehouseService:
    return DataWarehouseService(url=url)


def defaults(name: str) -> dict[str, Any]:
    return {key: IDS.get(key) if value is ... else value for key, value in METHODS[name][1].items()}


@each
def test_arguments_stand_in_their_order_with_their_defaults(name: str) -> None:
    parameters = inspect.signature(vars(DataWarehouseService)[name].__wrapped__).parameters
    positional = {
        key: ... if one.default is inspect.Parameter.empty else one.default
        for key, one in parameters.items()
        if one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD and key != "self"
    }
    assert list(positional.items()) == list(METHODS[name][1].items())
    assert parameters["as_of"].kind is inspect.Parameter.KEYWORD_ONLY


@each
def test_rows_are_those_of_the_report(service: DataWarehouseService, as_of: str, name: str) -> None:
    report, _, key, others = METHODS[name]
    given = defaults(name)
    result = getattr(service, name)(*given.values(), as_of=as_of)
    asked = {NAMES.get(one, one): value for one, value in given.items()}
    answer = getattr(service.client, report)(**asked, as_of=as_of)
    rows = [{one: result[one] for one in row} for row in answer] if key is None else result[key]
    assert rows
    for row, beside in zip(rows, answer):
        assert {one: row[one] for one in beside} == beside
        assert {one: row[one] for one in others} == {one: beside[other] for one, other in others.items()}
    assert result["total_count"] == answer.total_count
    assert isinstance(result["execution_time_ms"], float)
    assert result["execution_time_ms"] > 0
    assert {one: value for one, value in result.items() if one in given} == {
        one: value for one, value in given.items() if one in result
    }
    same = {one: value for one, value in answer.provenance.as_dict().items() if one in ("report", "data_version")}
    assert same.items() <= result["provenance"].items()


@each
def test_results_have_the_declared_keys_and_can_be_kept(service: DataWarehouseService, as_of: str, name: str) -> None:
    result = getattr(service, name)(**defaults(name), as_of=as_of)
    annotation = inspect.signature(vars(DataWarehouseService)[name].__wrapped__).return_annotation
    kind = getattr(results, annotation.removeprefix("results."))
    declared = set(typing.get_type_hints(kind))
    assert set(result) == declared - {"error"}
    key = METHODS[name][2]
    if key:
        [row_type] = typing.get_args(typing.get_type_hints(kind)[key])
        assert set(result[key][0]) == set(typing.get_type_hints(row_type))
    assert type(result) is dict
    assert pickle.loads(pickle.dumps(result)) == result  # noqa: S301 -- our own
    assert json.loads(json.dumps(result, default=str))["total_count"] == result["total_count"]


@each
def test_the_class_answers_as_its_objects_do(
    url: str, as_of: str, name: str, monkeypatch: pytest.MonkeyPatch, service: DataWarehouseService
) -> None:
    monkeypatch.setenv("ROLLBOOK_URL", url)
    on_class = getattr(DataWarehouseService, name)(**defaults(name), as_of=as_of)
    on_object = getattr(service, name)(**defaults(name), as_of=as_of)
    for one in (on_class, on_object):
        del one["execution_time_ms"], one["provenance"]
    assert on_class == on_object


@each
def test_none_is_refused_by_name(service: DataWarehouseService, name: str) -> None:
    for argument in METHODS[name][1]:
        with pytest.raises(rollbook.InvalidArgumentError) as refused:
            getattr(service, name)(**{**defaults(name), argument: None})
        assert refused.value.parameter == argument


@each
@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("days_back", 0),
        ("days_back", 3661),
        ("days_back", 30.0),
        ("days_back", "30"),
        ("days_back", True),
        ("limit", 0),
        ("limit", -1),
        ("offset", -1),
        ("min_submissions", 0),
        ("granularity", "year"),
        ("granularity", ""),
        ("granularity", 7),
    ],
)
def test_what_the_report_cannot_take_is_refused_by_the_methods_name(
    service: DataWarehouseService, name: str, argument: str, value: Any
) -> None:
    if argument not in inspect.signature(vars(DataWarehouseService)[name].__wrapped__).parameters:
        with pytest.raises(TypeError):
            getattr(service, name)(**{**defaults(name), argument: value})
        return
    with pytest.raises(rollbook.InvalidArgumentError, match=f"^{argument} takes") as refused:
        getattr(service, name)(**{**defaults(name), argument: value})
    assert refused.value.parameter == argument


def test_a_limit_above_the_largest_is_lowered(service: DataWarehouseService, as_of: str) -> None:
    assert service.get_student_engagement_metrics(limit=999_999, as_of=as_of)["limit"] == service.MAX_LIMIT == 10_000


def test_total_count_is_of_all_rows(service: DataWarehouseService, as_of: str) -> None:
    page = service.get_student_engagement_metrics(limit=5, offset=5, as_of=as_of)
    whole = service.get_student_engagement_metrics(limit=1000, as_of=as_of)
    assert page["students"] == whole["students"][5:10]
    assert page["total_count"] == whole["total_count"] == len(whole["students"]) > 10


@pytest.mark.parametrize("nobody", [987654321, "nobody", "🙂"])
def test_who_is_not_known_has_no_rows(service: DataWarehouseService, nobody: Any) -> None:
    progress = service.get_student_progress_over_time(nobody)
    subjects = service.get_subject_performance_comparison(nobody)
    workload = service.get_teacher_workload_analysis(nobody)
    assert (progress["periods"], progress["total_count"], progress["provenance"]) == ([], 0, None)
    assert (subjects["subjects"], subjects["total_count"], subjects["provenance"]) == ([], 0, None)
    assert (workload["teacher_id"], workload["error"], workload["total_count"]) == (nobody, "No data found", 0)


def test_who_is_known_and_did_nothing_has_no_rows_but_provenance(service: DataWarehouseService) -> None:
    long_ago = "1950-01-01T00:00:00Z"
    assert service.get_student_progress_over_time(3, as_of=long_ago)["provenance"]
    workload = service.get_teacher_workload_analysis(1, as_of=long_ago)
    assert workload["error"] == "No data found"
    assert workload["provenance"]
    assert "pending_reviews" not in workload


def test_a_wrong_url_is_not_taken_for_an_unknown_student(url: str) -> None:
    with pytest.raises(rollbook.NotFoundError):
        DataWarehouseService(url=url + "/elsewhere").get_student_progress_over_time(3)


def test_unknown_subjects_and_classes_are_errors(service: DataWarehouseService) -> None:
    for ask in (
        lambda: service.get_top_performers(subject_id="nothing"),
        lambda: service.get_bottom_performers(subject_id=987654321),
        lambda: service.get_class_performance_trends(class_id=-1),
    ):
        with pytest.raises(rollbook.NotFoundError):
            ask()


def test_what_the_reports_take_beyond(service: DataWarehouseService, as_of: str) -> None:
    assert {one["subject_id"] for one in service.get_top_performers(subject_id=2, as_of=as_of)["performers"]} == {2}
    assert {one["class_id"] for one in service.get_class_performance_trends(class_id=1, as_of=as_of)["trends"]} == {1}
    whole = service.get_subject_performance_comparison(3, as_of=as_of)
    month = service.get_subject_performance_comparison(3, days_back=30, as_of=as_of)
    assert sum(one["submission_count"] for one in month["subjects"]) < sum(
        one["submission_count"] for one in whole["subjects"]
    )


def test_intervals_are_in_seconds_too(service: DataWarehouseService, as_of: str) -> None:
    subjects = service.get_subject_performance_comparison(3, as_of=as_of)["subjects"]
    assert any(one["submission_count"] > 1 for one in subjects)
    for one in subjects:
        days, seconds = one["avg_days_between_submissions"], one["avg_submission_interval_seconds"]
        assert (days is None) == (seconds is None) == (one["submission_count"] == 1)
        assert days is None or seconds == days * Decimal(86_400)


def test_an_id_may_be_any_text(service: DataWarehouseService, as_of: str) -> None:
    progress = service.get_student_progress_over_time(school.STRANGE_ID, as_of=as_of)
    assert progress["student_id"] == progress["periods"][0]["student_id"] == school.STRANGE_ID


def test_trends_are_all_rows(service: DataWarehouseService, as_of: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = service.get_class_performance_trends("day", 300, as_of=as_of)
    assert len(whole["trends"]) == whole["total_count"] > 100
    monkeypatch.setattr(warehouse, "LARGEST_PAGE", 70)
    assert service.get_class_performance_trends("day", 300, as_of=as_of)["trends"] == whole["trends"]


def trends(version: int, total: int) -> Behaviour:
    row = b'{"class_id":1,"class_name":"a","period":"2026-01-01","student_count":1,"submission_count":1,"avg_grade":1,'
    row += b'"min_grade":1,"max_grade":1,"pass_rate":1}'
    head = ANSWER[: ANSWER.index(b'"rows"')].replace(b"engagement-trend", b"class-trends")
    head = head.replace(b'"data_version":1', b'"data_version":%d' % version).replace(b'"limit":10', b'"limit":1')
    return send("200 OK", head.replace(b'"total_count":1', b'"total_count":%d' % total) + b'"rows":[' + row + b"]}")


def test_trends_are_asked_for_anew_where_data_changes_between_pages() -> None:
    with misbehaving(trends(1, 2), trends(2, 2), trends(2, 2), trends(2, 2)) as server:
        result = DataWarehouseService(url=server.url).get_class_performance_trends()
        assert result["provenance"] is not None
        assert result["provenance"]["data_version"] == 2
        assert len(result["trends"]) == 2
    with misbehaving(*(trends(version, 2) for version in range(1, 7))) as server:
        with pytest.raises(rollbook.DataChangedError):
            DataWarehouseService(url=server.url).get_class_performance_trends()


@pytest.mark.parametrize("prefix", [None, "", "*", "warehouse", "warehouse_", "warehouse_*"])
def test_everything_is_forgotten(service: DataWarehouseService, prefix: Any) -> None:
    service.invalidate_cache()
    service.get_top_performers()
    service.get_student_engagement_metrics()
    assert service.invalidate_cache(prefix) == 2
    assert service.invalidate_cache(prefix) == 0


@pytest.mark.parametrize(
    ("prefix", "forgotten"),
    [
        ("warehouse_student", 2),
        ("warehouse_student_engagement", 1),
        ("warehouse_student_engagement_", 1),
        ("warehouse_student_engagement_*", 1),
        ("warehouse_t", 1),
        ("student-engagement/", 1),
        ("student-", 2),
        ("warehouse_class_trends", 0),
    ],
)
def test_answers_are_forgotten_by_either_name(service: DataWarehouseService, prefix: str, forgotten: int) -> None:
    service.invalidate_cache()
    service.get_student_progress_over_time(3)
    service.get_student_engagement_metrics()
    service.get_top_performers()
    assert service.invalidate_cache(prefix=prefix) == forgotten


@pytest.mark.parametrize("prefix", ["warehouse_student_progress_1a2b3c4d", "sessions:", "x", 7, "STUDENT-"])
def test_a_prefix_of_something_else_is_refused(service: DataWarehouseService, prefix: Any) -> None:
    with pytest.raises(rollbook.InvalidArgumentError) as refused:
        service.invalidate_cache(prefix)
    assert refused.value.parameter == "prefix"


def test_every_report_of_a_method_has_a_cache_name() -> None:
    behind = {report.replace("_", "-") + "/" for report, *_ in METHODS.values()}
    assert set(cache_names.REPORTS.values()) == behind


@pytest.mark.parametrize(("kind", "asked"), [("engagement", 1), ("performance", 2), ("workload", None)])
def test_answers_are_made_before_they_are_asked_for(
    service: DataWarehouseService, kind: str, asked: int | None
) -> None:
    service.invalidate_cache()
    teachers = len(service.client.find_teachers(limit=1000))
    assert service.warm_cache(kind) == (teachers if asked is None else asked)
    assert service.client.info()["cache"]["entries"] == (teachers if asked is None else asked)
    asks: dict[str, list[Any]] = {
        "engagement": [service.client.student_engagement],
        "performance": [service.client.top_performers, service.client.bottom_performers],
        "workload": [lambda: service.client.teacher_workload(1)],
    }
    for ask in asks[kind]:
        assert "hit" in (ask().cache_status or "")


def test_all_is_made_by_the_server(service: DataWarehouseService) -> None:
    service.invalidate_cache()
    assert service.warm_cache() > 0
    assert service.warm_cache("all") == 0


@pytest.mark.parametrize("kind", ["everything", "", None])
def test_another_kind_is_refused(service: DataWarehouseService, kind: Any) -> None:
    with pytest.raises(rollbook.InvalidArgumentError) as refused:
        service.warm_cache(kind)
    assert refused.value.parameter == "query_type"


def test_without_replicas_means_without() -> None:
    head = ANSWER[: ANSWER.index(b'"rows"')].replace(b"engagement-trend", b"class-trends")
    head = head.replace(b"a newer one", b"postgres-replica").replace(b'"total_count":1', b'"total_count":0')
    replica = send("200 OK", head + b'"rows":[]}')
    with misbehaving(replica) as server:
        assert DataWarehouseService(True, url=server.url).get_class_performance_trends()["trends"] == []
        with pytest.raises(rollbook.RollbookError, match="use_replica=False"):
            DataWarehouseService(use_replica=False, url=server.url).get_class_performance_trends()


def test_a_failure_is_an_exception_and_not_an_empty_page() -> None:
    with misbehaving(hang_up) as server:
        for name in METHODS:
            with pytest.raises(rollbook.ConnectionFailedError):
                getattr(DataWarehouseService(url=server.url), name)(**defaults(name))


def test_a_subclass_has_its_own_timeout(url: str) -> None:
    class Slow(DataWarehouseService):
        QUERY_TIMEOUT = 90

    assert Slow(url=url).client._timeout == 90
    assert Slow(url=url, timeout=3).client._timeout == 3
    assert DataWarehouseService(url=url).client._timeout == 30


@pytest.fixture
def patched() -> Iterator[mock.Mock]:
    with mock.patch.object(DataWarehouseService, "get_top_performers", return_value={"performers": []}) as made:
        yield made


def test_tests_of_a_project_can_stand_in_for_it(url: str, patched: mock.Mock) -> None:
    assert DataWarehouseService(url=url).get_top_performers(limit=1)["performers"] == []
    assert DataWarehouseService.get_top_performers()["performers"] == []
    assert patched.call_count == 2


def test_methods_are_documented_on_the_class() -> None:
    for name in [*METHODS, "invalidate_cache", "warm_cache"]:
        assert getattr(DataWarehouseService, name).__doc__
        assert getattr(DataWarehouseService, name).__name__ == name
