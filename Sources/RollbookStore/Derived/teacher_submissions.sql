-- Grain: one row per assignment (is_assignment = 1, no submission in it) and one per assignment submission
-- (is_assignment = 0), with the assignment's teacher and created_at. Stands by teacher.
SELECT
    teacher_id,
    created_at,
    CAST(1 AS smallint) AS is_assignment,
    CAST(0 AS smallint) AS is_pending,
    CAST(0 AS smallint) AS is_graded,
    CAST(NULL AS timestamp) AS submitted_at,
    CAST(NULL AS timestamp) AS graded_at,
    CAST(NULL AS bigint) AS grade_microseconds
FROM assignments
UNION ALL
SELECT
    a.teacher_id,
    a.created_at,
    CAST(0 AS smallint) AS is_assignment,
    CAST(CASE WHEN s.status = 'pending' THEN 1 ELSE 0 END AS smallint) AS is_pending,
    CAST(CASE WHEN s.score IS NOT NULL THEN 1 ELSE 0 END AS smallint) AS is_graded,
    s.submitted_at,
    CASE WHEN s.score IS NOT NULL THEN s.graded_at END AS graded_at,
    CASE WHEN s.score IS NOT NULL THEN rb_microseconds(s.submitted_at, s.graded_at) END AS grade_microseconds
FROM assignment_submissions s
JOIN assignments a ON a.id = s.assignment_id
