"""The school of the platform benchmark, as canonical CSV files that fit a Django platform too."""

import csv
import shutil

from .processes import note, run

#: In Django students and teachers are users alike and share no id: teacher 7 becomes this plus 7.
TEACHERS_BEGIN = 1_000_000_000
TEACHER_COLUMNS = {"teachers": "id", "assignments": "teacher_id", "class_teachers": "teacher_id"}


def generate(rollbook, students, folder, use_existing):
    """Makes the school, with ids that no student shares with a teacher."""
    made = folder / f"students-{students}"
    if use_existing and made.exists():
        note(f"using the school of {students:,} students in {folder}")
        return
    note(f"generating a school of {students:,} students")
    shutil.rmtree(folder, ignore_errors=True)
    run([rollbook, "generate", "school", "--students", students, "--output", folder])
    for table, column in TEACHER_COLUMNS.items():
        _move_up(folder / f"{table}.csv", column)
    made.touch()


def _move_up(file, column):
    with open(file, encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    with open(file, "w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow(row | {column: int(row[column]) + TEACHERS_BEGIN})
