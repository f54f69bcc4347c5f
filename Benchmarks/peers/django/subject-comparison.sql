-- One student's graded submissions, per subject.
SELECT
    m.subject_id,
    s.name AS subject_name,
    count(*) AS submission_count,
    round(avg(ms.score), 2) AS avg_grade,
    min(ms.score) AS min_grade,
    max(ms.score) AS max_grade,
    round(var_samp(ms.score), 2) AS grade_variance,
    round(stddev_samp(ms.score), 2) AS grade_stddev,
    round(100.0 * count(*) FILTER (WHERE ms.score >= :pass_mark) / count(*), 2) AS pass_rate,
    max(ms.created_at) AS last_submission_at,
    round(extract(epoch FROM max(ms.created_at) - min(ms.created_at)) / 86400 / nullif(count(*) - 1, 0), 2)
        AS avg_days_between_submissions,
    count(*) OVER () AS total_count
FROM materials_materialsubmission ms
JOIN materials_material m ON m.id = ms.material_id
JOIN materials_subject s ON s.id = m.subject_id
WHERE ms.student_id = :student_id
  AND ms.score IS NOT NULL
  AND ms.created_at < :until_at
GROUP BY m.subject_id, s.name
ORDER BY avg(ms.score) DESC, m.subject_id
LIMIT :limit OFFSET :offset
