-- Grain: one row per material submission. Stands by student, so that one student's rows lie in one place.
SELECT
    ms.student_id,
    m.subject_id,
    s.name AS subject_name,
    m.class_id AS material_class_id,
    ms.submitted_at,
    {local date of ms.submitted_at} AS submitted_on,
    CAST(ms.score * 100 AS smallint) AS score
FROM material_submissions ms
JOIN materials m ON m.id = ms.material_id
JOIN subjects s ON s.id = m.subject_id
