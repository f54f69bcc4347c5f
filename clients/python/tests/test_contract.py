"""What the server declares and what this package knows are the same, both ways round."""

from __future__ import annotations

import datetime
import inspect
import subprocess
import sys
import typing
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tools.generate import generate

import rollbook
from rollbook import Client, _declarations, problems, records
from rollbook._declarations import DECLARATIONS
from rollbook.answers import Policy, Provenance
from rollbook.columns import Declaration
from tests import school

#: What the server has and this package leaves to others, with the reason. A route belongs here or gets a method.
LEFT_OUT = {"/metrics": "Prometheus reads it, and it is no JSON"}
OTHER_PATHS = {
    "/v1/students": "find_students",
    "/v1/teachers": "find_teachers",
    "/v1/subjects": "find_subjects",
    "/v1/classes": "find_classes",
    "/v1/reports": "reports",
    "/v1/views": "views",
    "/v1/refresh": "refresh",
    "/v1/warm": "warm",
    "/v1/cache/invalidate": "invalidate_cache",
    "/v1/info": "info",
    "/health/live": "is_live",
    "/health/ready": "is_ready",
    "/openapi.json": "openapi",
    "/v1/jobs": "jobs",
    "/v1/jobs/{name}/runs": "job_runs",
    "/v1/jobs/{name}/runs/{id}": "job_run",
    "/v1/jobs/{name}/run": "run_job",
    "/v1/jobs/{name}/cancel": "cancel_job",
    "/v1/statistics": "statistics",
}
JSON_TYPES = {"integer": int, "number": Decimal, "string": str, "boolean": bool}
named = pytest.mark.parametrize("declaration", DECLARATIONS, ids=lambda one: one.path)


@pytest.fixture(scope="module")
def openapi(url: str) -> Any:
    return school.fetch(url, "/openapi.json")


def method(declaration: Declaration) -> Any:
    name = declaration.name.replace("-", "_")
    return getattr(Client, f"view_{name}" if declaration.is_view else name)


def row_type(declaration: Declaration) -> Any:
    answer = inspect.signature(method(declaration)).return_annotation
    return typing.get_args(eval(answer, vars(_declarations)))  # noqa: S307 -- our own annotation


def resolved(openapi: Any, value: Any) -> Any:
    if "$ref" not in value:
        return value
    for part in value["$ref"].removeprefix("#/").split("/"):
        openapi = openapi[part]
    return openapi


def test_declarations_are_those_of_the_server(url: str) -> None:
    formatted = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--stdin-filename", "_declarations.py", "-"],
        input=generate(url), capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    committed = Path(_declarations.__file__).read_text()
    assert formatted.stdout == committed, "run script/test-python --generate and look at what changed"


def test_every_route_has_a_method_and_every_method_a_route(openapi: Any) -> None:
    known = {one.path for one in DECLARATIONS} | set(OTHER_PATHS) | set(LEFT_OUT)
    assert set(openapi["paths"]) == known
    assert all(callable(getattr(Client, name)) for name in OTHER_PATHS.values())


@named
def test_a_method_takes_what_its_route_takes(openapi: Any, declaration: Declaration) -> None:
    declared = [resolved(openapi, one) for one in openapi["paths"][declaration.path]["get"]["parameters"]]
    declared = [one for one in declared if one["in"] == "query"]
    taken = dict(inspect.signature(method(declaration)).parameters)
    del taken["self"]
    assert [name.rstrip("_") for name in taken] == [one["name"] for one in declared]
    for one, parameter in zip(declared, taken.values()):
        if one["required"]:
            assert parameter.default is inspect.Parameter.empty
        else:
            assert parameter.default == one["schema"].get("default"), one["name"]


@named
def test_rows_have_the_columns_of_the_schema(openapi: Any, declaration: Declaration) -> None:
    schema = openapi["paths"][declaration.path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    answer = resolved(openapi, schema)["allOf"][1]["properties"]
    schemas = [resolved(openapi, answer["rows"]["items"])]
    schemas += [answer["summary"]] if "summary" in answer else []
    kinds = row_type(declaration)
    assert len(kinds) == len(schemas)
    for kind, columns in zip(kinds, schemas):
        hints = typing.get_type_hints(kind)
        assert {name: python_type(column) for name, column in columns["properties"].items()} == hints


def python_type(column: Any) -> Any:
    names = column["type"] if isinstance(column["type"], list) else [column["type"]]
    [name] = [one for one in names if one != "null"]
    formats = {"date": datetime.date, "date-time": datetime.datetime}
    made: Any = formats.get(column.get("format", ""), JSON_TYPES[name])
    return typing.Optional[made] if "null" in names else made


def test_provenance_and_policy_are_known(openapi: Any) -> None:
    schemas = openapi["components"]["schemas"]
    said = set(schemas["Answer"]["properties"]) - {"rows"}
    assert said <= {one.name for one in fields(Provenance)}
    # Only where a replica answered:
    assert {one.name for one in fields(Provenance)} - said <= {"further", "replica_lag_seconds"}
    assert set(schemas["Policy"]["properties"]) == {one.name for one in fields(Policy)}
    assert set(schemas["Records"]["properties"]["rows"]["items"]["properties"]) == {
        one.name for one in fields(records.Record)
    }


def test_every_documented_failure_has_an_exception(openapi: Any) -> None:
    statuses = {
        int(status) for path in openapi["paths"].values() for one in path.values() for status in one["responses"]
    }
    for status in statuses - {200, 202, 304, 415}:
        assert type(problems.problem(status, {}, b"", str)) is not rollbook.ProblemError, status


@pytest.mark.parametrize("path", sorted(set(OTHER_PATHS) - {"/health/live", "/health/ready"}))
def test_other_methods_take_what_their_routes_take(openapi: Any, path: str) -> None:
    [operation] = openapi["paths"][path].values()
    declared = [resolved(openapi, one)["name"] for one in operation["parameters"]]
    taken = list(inspect.signature(getattr(Client, OTHER_PATHS[path])).parameters)
    assert taken[1:] == declared
