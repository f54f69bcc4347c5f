"""Whether Rollbook's answer and a peer's rows say the same."""

import datetime
import decimal
import math


class Disagreement(Exception):
    """Two answers to one question differ: what was measured means nothing."""


def check(report, peer, envelope, rows):
    """Compares every column that both have, of every row, and the number of all rows.

    Rollbook rounds for output, so that numbers may differ by half of the last digit.
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


def _compare(where, ours, theirs, slack):
    if isinstance(theirs, datetime.datetime):
        same = datetime.datetime.fromisoformat(ours.replace("Z", "")) == theirs
    elif isinstance(theirs, datetime.date):
        same = ours == theirs.isoformat()
    elif isinstance(theirs, (float, decimal.Decimal)) and ours is not None:
        same = math.isclose(float(ours), float(theirs), rel_tol=0, abs_tol=slack)
    else:
        same = ours == theirs
    if not same:
        raise Disagreement(f"{where}: {ours} and {theirs}")
