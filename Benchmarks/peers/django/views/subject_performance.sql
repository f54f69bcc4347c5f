-- Grain: one row per subject.
SELECT
    s.id AS subject_id,
    s.name AS subject_name,
    count(DISTINCT ms.student_id) AS student_count,
    count(ms.score) AS total_submissions,
    round(avg(ms.score), 2) AS avg_grade,
    min(ms.score) AS min_grade,
    max(ms.score) AS max_grade,
    round(100.0 * count(*) FILTER (WHERE ms.score >= 90) / nullif(count(ms.score), 0), 2) AS excellent_rate,
    round(100.0 * count(*) FILTER (WHERE ms.score >= 70 AND ms.score < 90) / nullif(count(ms.score), 0), 2) AS good_rate,
    round(100.0 * count(*) FILTER (WHERE ms.score < 70) / nullif(count(ms.score), 0), 2) AS below_average_rate,
    max(ms.created_at) AS last_submission_at
FROM materials_subject s
LEFT JOIN materials_material m ON m.subject_id = s.id
LEFT JOIN materials_materialsubmission ms ON ms.material_id = m.id
GROUP BY s.id
