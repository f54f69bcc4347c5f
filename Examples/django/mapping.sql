-- Rollbook's record tables over a Django learning platform's tables (schema.sql).
-- Check it:  rollbook mapping check mapping.sql --database postgres://…
-- Apply it:  rollbook mapping apply mapping.sql --database postgres://…

-- rollbook: students
-- Who has a student profile is a student; ids are those of the users, which the other tables refer to. Django lets names be
-- empty, Rollbook does not.
SELECT u.id, coalesce(nullif(u.first_name, ''), u.username) AS first_name, coalesce(nullif(u.last_name, ''), '–') AS last_name
FROM accounts_studentprofile p
JOIN accounts_user u ON u.id = p.user_id

-- rollbook: teachers
SELECT id, coalesce(nullif(first_name, ''), username) AS first_name, coalesce(nullif(last_name, ''), '–') AS last_name
FROM accounts_user
WHERE role = 'teacher'

-- rollbook: subjects
SELECT id, name FROM materials_subject

-- rollbook: classes
SELECT id, name FROM accounts_schoolclass

-- rollbook: enrollments
SELECT id, student_id, class_id, subject_id, is_active FROM materials_studentsubjectenrollment

-- rollbook: materials
SELECT id, subject_id, class_id, title FROM materials_material

-- rollbook: material_submissions
SELECT id, student_id, material_id, created_at AS submitted_at, score FROM materials_materialsubmission

-- rollbook: assignments
SELECT id, created_by_id AS teacher_id, class_id, subject_id, title, created_at, due_date AS due_at
FROM assignments_assignment

-- rollbook: assignment_submissions
SELECT id, assignment_id, student_id, status, created_at AS submitted_at, graded_at, score
FROM assignments_assignmentsubmission

-- rollbook: attendance
-- The dates are the register's own, so no zone is involved.
SELECT id, user_id AS student_id, class_id, date, status FROM scheduling_attendance

-- rollbook: class_teachers
SELECT schoolclass_id AS class_id, user_id AS teacher_id FROM accounts_schoolclass_teachers
