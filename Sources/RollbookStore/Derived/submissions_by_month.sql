-- Grain: one row per material submission. Stands by month, so that a window leaves the other months unread, and inside a
-- month by student, so that one student's rows meet in the processor's cache.
-- opens_day is 1 on exactly one row of each student and local date, else 0: active days are a plain sum.
SELECT
    student_id,
    subject_id,
    submitted_at,
    submitted_on,
    score,
    CAST(CASE WHEN row_number() OVER (PARTITION BY student_id, submitted_on ORDER BY submitted_at) = 1
        THEN 1 ELSE 0 END AS smallint) AS opens_day
FROM submissions_by_student
