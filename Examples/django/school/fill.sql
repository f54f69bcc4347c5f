-- Turns the records in the staging tables into a Django platform's rows. All ids stay: a student's or teacher's id is that
-- of the user, so no student may share one with a teacher (distinct-ids.sql).

BEGIN;

INSERT INTO accounts_user (
    id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined, role)
SELECT id, '!', false, role || id, first_name, last_name, '', role = 'teacher', true, now(), role
FROM (
    SELECT id, first_name, last_name, 'student' AS role FROM staging.students
    UNION ALL
    SELECT id, first_name, last_name, 'teacher' FROM staging.teachers
) people;

INSERT INTO accounts_studentprofile (user_id) SELECT id FROM staging.students ORDER BY id;
INSERT INTO accounts_schoolclass (id, name) SELECT id, name FROM staging.classes;
INSERT INTO accounts_schoolclass_teachers (schoolclass_id, user_id)
SELECT class_id, teacher_id FROM staging.class_teachers;

INSERT INTO materials_subject (id, name) SELECT id, name FROM staging.subjects;
INSERT INTO materials_material (id, title, class_id, subject_id)
SELECT id, title, class_id, subject_id FROM staging.materials;
INSERT INTO materials_materialsubmission (id, score, created_at, material_id, student_id)
SELECT id, score, submitted_at, material_id, student_id FROM staging.material_submissions;
INSERT INTO materials_studentsubjectenrollment (id, is_active, class_id, student_id, subject_id)
SELECT id, is_active, class_id, student_id, subject_id FROM staging.enrollments;

INSERT INTO assignments_assignment (id, title, created_at, due_date, created_by_id, class_id, subject_id)
SELECT id, title, created_at, due_at, teacher_id, class_id, subject_id FROM staging.assignments;
INSERT INTO assignments_assignmentsubmission (id, status, created_at, graded_at, score, assignment_id, student_id)
SELECT id, status, submitted_at, graded_at, score, assignment_id, student_id FROM staging.assignment_submissions;

INSERT INTO scheduling_attendance (id, date, status, class_id, user_id)
SELECT id, date, status, class_id, student_id FROM staging.attendance;

-- What the platform adds next must not collide with the ids that came from outside.
SELECT setval(pg_get_serial_sequence(filled.name, 'id'), greatest(filled.last_id, 1))
FROM (
    SELECT 'accounts_user' AS name, max(id) AS last_id FROM accounts_user
    UNION ALL SELECT 'accounts_schoolclass', max(id) FROM accounts_schoolclass
    UNION ALL SELECT 'materials_subject', max(id) FROM materials_subject
    UNION ALL SELECT 'materials_material', max(id) FROM materials_material
    UNION ALL SELECT 'materials_materialsubmission', max(id) FROM materials_materialsubmission
    UNION ALL SELECT 'materials_studentsubjectenrollment', max(id) FROM materials_studentsubjectenrollment
    UNION ALL SELECT 'assignments_assignment', max(id) FROM assignments_assignment
    UNION ALL SELECT 'assignments_assignmentsubmission', max(id) FROM assignments_assignmentsubmission
    UNION ALL SELECT 'scheduling_attendance', max(id) FROM scheduling_attendance
) filled
WHERE filled.last_id IS NOT NULL;

COMMIT;
