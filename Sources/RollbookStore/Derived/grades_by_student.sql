-- Grain: one row per graded material submission. Stands by student, so that one student's rows lie in one place.
-- Every submission has a subject; the outer join lets an engine leave it out where nobody asks for the name.
SELECT
    f.student_id,
    f.subject_id,
    s.name AS subject_name,
    f.submitted_at,
    f.submitted_on,
    f.score
FROM submissions_by_month f
LEFT JOIN subjects s ON s.id = f.subject_id
WHERE f.score IS NOT NULL
