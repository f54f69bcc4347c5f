-- Grain: one row per material submission. Stands by month, so that a window leaves the other months unread, and inside a
-- month by student, so that one student's rows meet in the processor's cache.
-- score is in hundredths of a point, null where not graded. opens_day is 1 on exactly one row of each student and local
-- date, else 0: active days are a plain sum. Of several at the first instant any may have it.
SELECT
    ms.student_id,
    m.subject_id,
    m.class_id AS material_class_id,
    ms.submitted_at,
    {local date of ms.submitted_at} AS submitted_on,
    CAST(ms.score * 100 AS integer) AS score,
    CASE WHEN row_number() OVER (
            PARTITION BY ms.student_id, {local date of ms.submitted_at} ORDER BY ms.submitted_at
        ) = 1 THEN 1 ELSE 0 END AS opens_day
FROM material_submissions ms
JOIN materials m ON m.id = ms.material_id
