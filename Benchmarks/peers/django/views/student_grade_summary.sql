-- Grain: one row per student and subject with a graded submission.
SELECT
    ms.student_id,
    m.subject_id,
    count(*) AS submission_count,
    round(avg(ms.score), 2) AS avg_grade,
    round(100.0 * count(*) FILTER (WHERE ms.score >= 70) / count(*), 2) AS pass_rate,
    min(ms.created_at) AS first_submission_at,
    max(ms.created_at) AS last_submission_at
FROM materials_materialsubmission ms
JOIN materials_material m ON m.id = ms.material_id
WHERE ms.score IS NOT NULL
GROUP BY ms.student_id, m.subject_id
