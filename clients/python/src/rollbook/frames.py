"""Answers as pandas frames; needs ``rollbook[pandas]``.

| declared | dtype | |
|---|---|---|
| integer | ``Int64`` | whole numbers that may be missing |
| decimal | ``object`` of ``decimal.Decimal``, or ``Float64`` with ``decimals="float"`` | missing is None, or ``<NA>`` |
| text | ``string`` | |
| date | ``datetime64[s]`` | the date's beginning, without a zone |
| instant | ``datetime64[us, UTC]`` | |
| boolean | ``boolean`` | |

``frame.attrs`` holds ``provenance``, ``columns`` (unit and meaning) and, where there is one, ``summary``: JSON values
alone, so that they survive ``to_parquet``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Mapping

from .answers import SummarizedAnswer, _plain

if TYPE_CHECKING:
    import pandas

    from .answers import Answer
    from .columns import Column

_DTYPES: Mapping[str, str] = {
    "integer": "Int64",
    "text": "string",
    "date": "datetime64[s]",
    "instant": "datetime64[us, UTC]",
    "boolean": "boolean",
}


def frame(answer: Answer[Any], *, decimals: str = "decimal") -> pandas.DataFrame:
    """Give an answer's rows as a frame, in the declared order of columns, also where there are no rows.

    :param decimals: ``"decimal"`` for exact ``decimal.Decimal``, ``"float"`` for ``Float64``, which calculates faster
    """
    try:
        import pandas
    except ImportError as error:
        raise ImportError("frames need pandas: pip install 'rollbook[pandas]'") from error
    if decimals not in ("decimal", "float"):
        raise ValueError('decimals takes "decimal" or "float"')
    columns = answer.declaration.columns
    made: pandas.DataFrame = pandas.DataFrame(
        {
            column.name: _series(pandas, [row[column.name] for row in answer.rows], column, decimals)
            for column in columns
        }
    )
    made.attrs["provenance"] = answer.provenance.as_dict()
    made.attrs["columns"] = {column.name: {"unit": column.unit, "meaning": column.meaning} for column in columns}
    if isinstance(answer, SummarizedAnswer):
        made.attrs["summary"] = _plain(answer.summary)
    return made


def _series(pandas: Any, values: List[Any], column: Column, decimals: str) -> Any:
    dtype = _DTYPES.get(column.type)
    if dtype is None:
        if decimals == "decimal":
            return pandas.Series(values, dtype=object)
        values = [None if value is None else float(value) for value in values]
        return pandas.Series(values, dtype="Float64")
    return pandas.Series(values, dtype=dtype)
