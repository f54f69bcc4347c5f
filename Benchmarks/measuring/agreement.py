"""Whether Rollbook's answer and another's say the same."""

import datetime
import decimal
import math


#: Rollbook's exact numbers have two decimals.
HUNDREDTH = decimal.Decimal("0.01")


class Disagreement(Exception):
    """Two answers to one question differ: what was measured means nothing."""


def check(report, peer, envelope, rows):
    """Compares every column that both have, of every row, and the number of all rows.

    Rollbook rounds for output, so that floating numbers may differ by half of the last digit; exact ones may not.
    """
    where = f"{report.name}: Rollbook and {peer} disagree on"
    if len(rows) != envelope["row_count"]:
        raise Disagreement(f"{where} the number of rows: {envelope['row_count']} and {len(rows)}")
    if rows and "total_count" in rows[0] and rows[0]["total_count"] != envelope["total_count"]:
        raise Disagreement(f"{where} total_count: {envelope['total_count']} and {rows[0]['total_count']}")
    for number, (ours, theirs) in enumerate(zip(envelope["rows"], rows, strict=True)):
        for column in ours.keys() & theirs.keys():
            _compare(f"{where} {column} of row {number}", ours[column], theirs[column], 0.0051)
    for name, value in rows[0].items() if rows else ():
        if name.startswith("summary_"):
            ours = envelope["summary"][name.removeprefix("summary_")]
            _compare(f"{where} {name}", ours, value, 0.0051 if name == "summary_slope" else 0.000051)


def check_same(report, store, envelope, other):
    """Compares two answers of Rollbook's, of two stores: they must be equal to the last digit."""
    for part in ("row_count", "total_count", "summary", "rows"):
        if envelope.get(part) != other.get(part):
            raise Disagreement(f"{report.name}: {store} has other {part} than the first store")


def check_rows(what, ours, theirs):
    """Compares rows of Rollbook's, as JSON has them, with a database's, in every column of the former."""
    if len(ours) != len(theirs):
        raise Disagreement(f"{what}: {len(ours)} and {len(theirs)} rows")
    for mine, other in zip(ours, theirs, strict=True):
        for column, value in mine.items():
            _compare(f"{what}: {column} beside {other}", value, other[column], 0)


def _compare(where, ours, theirs, slack):
    """Exact numbers must be equal when they are rounded as Rollbook's are; floating ones may differ by the slack."""
    if isinstance(theirs, datetime.datetime) and ours is not None:
        instant = datetime.datetime.fromisoformat(ours.replace("Z", "+00:00"))
        same = instant == (theirs if theirs.tzinfo else theirs.replace(tzinfo=datetime.timezone.utc))
    elif isinstance(theirs, datetime.date) and ours is not None:
        same = ours == theirs.isoformat()
    elif isinstance(theirs, decimal.Decimal) and ours is not None:
        same = decimal.Decimal(str(ours)) == theirs.quantize(HUNDREDTH, decimal.ROUND_HALF_UP)
    elif isinstance(theirs, float) and ours is not None:
        same = math.isclose(float(ours), theirs, rel_tol=0, abs_tol=slack)
    else:
        same = ours == theirs
    if not same:
        raise Disagreement(f"{where}: {ours} and {theirs}")
