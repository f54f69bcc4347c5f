-- Per class and period, the graded submissions of those who are enrolled there for the material's subject.
WITH places AS (
    SELECT DISTINCT student_id, class_id, subject_id FROM enrollments WHERE is_active
)
SELECT
    c.id AS class_id, c.name AS class_name,
    CAST(date_trunc(:by, ms.submitted_at) AS date) AS period,
    count(DISTINCT ms.student_id) AS student_count,
    count(*) AS submission_count,
    avg(ms.score) AS avg_grade,
    min(ms.score) AS min_grade,
    max(ms.score) AS max_grade,
    100.0 * count(*) FILTER (WHERE ms.score >= :pass_mark) / count(*) AS pass_rate,
    count(*) OVER () AS total_count
FROM material_submissions ms
JOIN materials m ON m.id = ms.material_id
JOIN places p ON p.student_id = ms.student_id AND p.subject_id = m.subject_id
    AND (m.class_id IS NULL OR m.class_id = p.class_id)
JOIN classes c ON c.id = p.class_id
WHERE ms.score IS NOT NULL
  AND ms.submitted_at >= :from_at AND ms.submitted_at < :until_at
GROUP BY c.id, c.name, 3
ORDER BY 1, 3
LIMIT :limit OFFSET :offset
