-- Grain: one row per class and subject with an active enrollment.
-- One enrollment for each student, class and subject, as the platform keeps them.
WITH sizes AS (
    SELECT class_id, subject_id, count(*) AS student_count
    FROM materials_studentsubjectenrollment
    WHERE is_active
    GROUP BY class_id, subject_id
), totals AS (
    SELECT e.class_id, e.subject_id, count(*) AS total_submissions, avg(ms.score) AS avg_grade,
        100.0 * count(*) FILTER (WHERE ms.score >= 70) / nullif(count(ms.score), 0) AS pass_rate,
        100.0 * count(*) FILTER (WHERE ms.created_at > :as_of - INTERVAL '7 days' AND ms.created_at <= :as_of)
            / count(*) AS recent_submission_rate
    FROM materials_materialsubmission ms
    JOIN materials_material m ON m.id = ms.material_id
    JOIN materials_studentsubjectenrollment e ON e.student_id = ms.student_id AND e.subject_id = m.subject_id
        AND (m.class_id IS NULL OR m.class_id = e.class_id)
    WHERE e.is_active
    GROUP BY e.class_id, e.subject_id
)
SELECT
    s.class_id,
    s.subject_id,
    s.student_count,
    coalesce(t.total_submissions, 0) AS total_submissions,
    round(t.avg_grade, 2) AS avg_grade,
    round(t.pass_rate, 2) AS pass_rate,
    round(t.recent_submission_rate, 2) AS recent_submission_rate
FROM sizes s
LEFT JOIN totals t ON t.class_id = s.class_id AND t.subject_id = s.subject_id
