-- Per class and week, the graded submissions of those who are enrolled there for the material's subject.
-- One enrollment for each student, class and subject, as the platform keeps them.
SELECT
    c.id AS class_id,
    c.name AS class_name,
    CAST(date_trunc('week', ms.created_at AT TIME ZONE 'UTC') AS date) AS period,
    count(DISTINCT ms.student_id) AS student_count,
    count(*) AS submission_count,
    round(avg(ms.score), 2) AS avg_grade,
    min(ms.score) AS min_grade,
    max(ms.score) AS max_grade,
    round(100.0 * count(*) FILTER (WHERE ms.score >= :pass_mark) / count(*), 2) AS pass_rate,
    count(*) OVER () AS total_count
FROM materials_materialsubmission ms
JOIN materials_material m ON m.id = ms.material_id
JOIN materials_studentsubjectenrollment e ON e.student_id = ms.student_id AND e.subject_id = m.subject_id
    AND (m.class_id IS NULL OR m.class_id = e.class_id)
JOIN accounts_schoolclass c ON c.id = e.class_id
WHERE e.is_active
  AND ms.score IS NOT NULL
  AND ms.created_at >= :from_at AND ms.created_at < :until_at
GROUP BY c.id, 3
ORDER BY c.id, 3
LIMIT :limit OFFSET :offset
