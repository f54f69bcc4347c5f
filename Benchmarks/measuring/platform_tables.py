"""A Django platform's tables, filled from canonical CSV files, and the summaries that its team wrote by hand."""

import re

from .processes import note
from .reports import PEERS

ROOT = PEERS.parent.parent
TABLES = ROOT / "Examples/django"
VIEWS = PEERS / "django/views"
#: The hand-written summaries, with the columns of their unique index.
VIEW_KEYS = {
    "student_grade_summary": ("student_id", "subject_id"),
    "class_progress_summary": ("class_id", "subject_id"),
    "teacher_workload": ("teacher_id",),
    "subject_performance": ("subject_id",),
}
#: The files that fit a table as they are: the table and its names of the file's columns.
COPIES = {
    "classes": ("accounts_schoolclass", "id, name"),
    "class_teachers": ("accounts_schoolclass_teachers", "schoolclass_id, user_id"),
    "subjects": ("materials_subject", "id, name"),
    "materials": ("materials_material", "id, subject_id, class_id, title"),
    "material_submissions": ("materials_materialsubmission", "id, student_id, material_id, created_at, score"),
    "enrollments": ("materials_studentsubjectenrollment", "id, student_id, class_id, subject_id, is_active"),
    "assignments": (
        "assignments_assignment", "id, created_by_id, class_id, subject_id, title, created_at, due_date"),
    "assignment_submissions": (
        "assignments_assignmentsubmission", "id, assignment_id, student_id, status, created_at, graded_at, score"),
    "attendance": ("scheduling_attendance", "id, user_id, class_id, date, status"),
}
#: Those that became users need the columns that Django fills.
USERS = """
    INSERT INTO accounts_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active,
        date_joined, role)
    SELECT id, '!', false, '{role}' || id, first_name, last_name, '', false, true, now(), '{role}' FROM people
"""


def fill(connection, school):
    """Makes the tables, copies the files, and makes Django's indexes and keys afterwards, as a bulk load does."""
    connection.execute((TABLES / "schema.sql").read_text())
    for role in ("student", "teacher"):
        connection.execute("CREATE TEMP TABLE people (id bigint, first_name text, last_name text)")
        _copy(connection, school / f"{role}s.csv", "people")
        connection.execute(USERS.format(role=role))
        if role == "student":
            connection.execute("INSERT INTO accounts_studentprofile (user_id) SELECT id FROM people ORDER BY id")
        connection.execute("DROP TABLE people")
    for name, (table, columns) in COPIES.items():
        note(f"the platform's tables: {table}")
        _copy(connection, school / f"{name}.csv", f"{table} ({columns})")
    note("the platform's tables: indexes and keys")
    connection.execute((TABLES / "indexes.sql").read_text())
    connection.execute("ANALYZE")


def add(connection, folder):
    """Appends the files of a folder, in one transaction, as the platform's own inserts would."""
    with connection.transaction():
        for file in sorted(folder.glob("*.csv")):
            table, columns = COPIES[file.stem]
            _copy(connection, file, f"{table} ({columns})")


def _copy(connection, file, target):
    with open(file, "rb") as rows, connection.cursor().copy(f"COPY {target} FROM STDIN (FORMAT csv, HEADER)") as copy:
        while block := rows.read(1 << 20):
            copy.write(block)


def create_views(connection, as_of):
    """Makes the hand-written summaries, filled, each with its unique index."""
    for name, key in VIEW_KEYS.items():
        note(f"the platform's summaries: {name}")
        connection.execute(f"CREATE MATERIALIZED VIEW {name} AS {view_text(name, as_of)}")
        connection.execute(f"CREATE UNIQUE INDEX ON {name} ({', '.join(key)})")


def view_text(name, as_of):
    """A summary's definition. An instant stands where a team would write now(), so that both sides mean the same one."""
    instant = f"TIMESTAMPTZ '{as_of:%Y-%m-%d %H:%M:%S}+00'"
    return re.sub(r"--.*", "", (VIEWS / f"{name}.sql").read_text()).replace(":as_of", instant)
