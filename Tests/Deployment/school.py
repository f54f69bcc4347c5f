"""Three states of one school, as folders of records: each import of one of them, with --replace, leads from any to any."""

import csv
import shutil

from processes import run

NAMES = ("first", "second", "third")
# The generated school ends here; what is asked for this instant leaves out some days, so that windows cut.
ENDS_ON = "2026-06-26"
AS_OF = "2026-06-20T12:00:00Z"
STUDENTS = 60


def make(program, folder):
    """Writes the three folders, and gives them by name."""
    folders = {name: folder / name for name in NAMES}
    run([program, "generate", "school", "--students", STUDENTS, "--submissions-per-student", 30, "--seed", 7, "--ends-on",
         ENDS_ON, "--output", folders["first"]])
    for name in NAMES[1:]:
        shutil.copytree(folders["first"], folders[name])
    _rewrite(folders["second"] / "material_submissions.csv", _second)
    _rewrite(folders["second"] / "attendance.csv", lambda number, row: None if number % 9 == 0 else row)
    _rewrite(folders["third"] / "material_submissions.csv", _third)
    _rewrite(folders["third"] / "assignment_submissions.csv", lambda number, row: None if number % 5 == 0 else row)
    return folders


def _second(number, row):
    """Some submissions are gone, some scores are others."""
    if number % 7 == 0:
        return None
    if row["score"] and number % 5 == 0:
        row["score"] = str((float(row["score"]) + 13) % 100)
    return row


def _third(number, row):
    if number % 11 == 0:
        return None
    if row["score"] and number % 3 == 0:
        row["score"] = ""
    return row


def _rewrite(path, change):
    with open(path, newline="") as source:
        reader = csv.DictReader(source)
        fields, rows = reader.fieldnames, [change(number, row) for number, row in enumerate(reader)]
    with open(path, "w", newline="") as target:
        writer = csv.DictWriter(target, fields)
        writer.writeheader()
        writer.writerows(row for row in rows if row is not None)
