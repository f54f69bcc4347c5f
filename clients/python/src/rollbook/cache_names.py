"""What hand-written services call their kept results, and what Rollbook calls the answers."""

from __future__ import annotations

from typing import List, Mapping, Optional

from ._declarations import DECLARATIONS
from .parameters import refuse

#: The beginning of each key: hand-written services', and Rollbook's.
REPORTS: Mapping[str, str] = {
    "warehouse_student_progress": "student-progress/",
    "warehouse_subject_performance": "subject-comparison/",
    "warehouse_student_engagement": "student-engagement/",
    "warehouse_teacher_workload": "teacher-workload/",
    "warehouse_top_performers": "top-performers/",
    "warehouse_bottom_performers": "bottom-performers/",
    "warehouse_attendance_grades": "attendance-correlation/",
    "warehouse_class_trends": "class-trends/",
}


def prefixes(prefix: Optional[str]) -> List[Optional[str]]:
    """Give the server's prefixes for one of a hand-written service, or of the server; None is everything."""
    if not prefix or (isinstance(prefix, str) and "warehouse_".startswith(prefix.rstrip("*"))):
        return [None]
    if isinstance(prefix, str):
        wanted = prefix.rstrip("*")
        matching: List[Optional[str]] = [mine for theirs, mine in REPORTS.items() if theirs.startswith(wanted)]
        matching += [mine for theirs, mine in REPORTS.items() if wanted == theirs + "_"]
        if matching:
            return matching
        if any((one.name + "/").startswith(wanted) or wanted.startswith(one.name + "/") for one in DECLARATIONS):
            return [wanted]
    raise refuse(
        "prefix", f"the beginning of one of {', '.join(REPORTS)}, or of a report's name; single keys are unknown"
    )
