"""Answers as pandas frames."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pandas
import pytest

from rollbook import Client
from rollbook._declarations import DECLARATIONS
from rollbook.columns import Declaration
from tests.test_reports import arguments, ask

EXACT = {
    "integer": "Int64",
    "decimal": "object",
    "text": "string",
    "date": "datetime64[s]",
    "instant": "datetime64[us, UTC]",
}
named = pytest.mark.parametrize("declaration", DECLARATIONS, ids=lambda one: one.path)


@named
def test_columns_have_the_declared_types(client: Client, as_of: str, declaration: Declaration) -> None:
    answer = ask(client, declaration, **arguments(declaration, as_of))
    frame = answer.to_frame()
    assert list(frame.columns) == [column.name for column in declaration.columns]
    assert len(frame) == len(answer)
    for column in declaration.columns:
        assert frame[column.name].dtype == EXACT[column.type], column.name
        for cell, value in zip(frame[column.name], [row[column.name] for row in answer]):
            assert same(cell, value), column.name


def same(cell: Any, value: Any) -> bool:
    if value is None:
        return cell is None or cell is pandas.NA or cell is pandas.NaT
    if isinstance(value, Decimal):
        return isinstance(cell, Decimal) and str(cell) == str(value)
    if isinstance(value, datetime.datetime):
        return bool(cell.to_pydatetime() == value)
    if isinstance(value, datetime.date):
        return bool(cell == pandas.Timestamp(value))
    return bool(cell == value)


@named
def test_no_rows_have_the_same_types(client: Client, as_of: str, declaration: Declaration) -> None:
    given = arguments(declaration, as_of)
    empty = {**given, "offset": 100_000} if declaration.is_paged else {**given, "as_of": "1950-01-01T00:00:00Z"}
    full, frame = (ask(client, declaration, **one).to_frame() for one in (given, empty))
    assert len(frame) == 0
    assert list(frame.dtypes) == list(full.dtypes)
    assert len(pandas.concat([frame, full])) == len(full)


@named
def test_decimals_may_be_floats(client: Client, as_of: str, declaration: Declaration) -> None:
    frame = ask(client, declaration, **arguments(declaration, as_of)).to_frame(decimals="float")
    for column in declaration.columns:
        expected = "Float64" if column.type == "decimal" else EXACT[column.type]
        assert frame[column.name].dtype == expected


def test_a_frame_says_where_it_came_from(client: Client, as_of: str) -> None:
    answer = client.attendance_correlation(as_of=as_of)
    attrs = answer.to_frame().attrs
    assert attrs["provenance"] == answer.provenance.as_dict()
    assert attrs["columns"]["avg_grade"]["unit"] == "points"
    assert attrs["summary"]["note"] == "Correlation is not causation."
    assert json.loads(json.dumps(attrs)) == attrs
    assert answer.to_frame().copy().attrs == attrs


def test_exact_sums_stay_exact(client: Client, as_of: str) -> None:
    answer = client.student_engagement(as_of=as_of)
    assert answer.to_frame()["engagement_percentage"].sum() == sum(row["engagement_percentage"] for row in answer)


def test_periods_resample(client: Client, as_of: str) -> None:
    frame = client.engagement_trend(days=200, as_of=as_of).to_frame()
    monthly = frame.set_index("period")["submission_count"].resample("MS").sum()
    assert monthly.sum() == frame["submission_count"].sum()


def test_another_word_for_decimals_is_refused(client: Client, as_of: str) -> None:
    with pytest.raises(ValueError, match="decimal"):
        client.engagement_trend(as_of=as_of).to_frame(decimals="double")


def test_nothing_but_the_standard_library_is_loaded() -> None:
    look = "import rollbook, sys; assert not {'pandas', 'numpy', 'django', 'typing_extensions'} & set(sys.modules)"
    subprocess.run([sys.executable, "-W", "error", "-c", look], check=True, timeout=60)
    refuse = (
        "import sys; sys.modules['pandas'] = None; import rollbook.frames as f\n"
        "try: f.frame(None)\n"
        "except ImportError as error: assert 'rollbook[pandas]' in str(error)\n"
        "else: raise SystemExit('no error')"
    )
    subprocess.run([sys.executable, "-c", refuse], check=True, timeout=60)
