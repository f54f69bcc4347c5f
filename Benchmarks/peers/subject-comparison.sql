-- One student's graded submissions, per subject.
SELECT
    m.subject_id,
    s.name AS subject_name,
    count(*) AS submission_count,
    avg(ms.score) AS avg_grade,
    min(ms.score) AS min_grade,
    max(ms.score) AS max_grade,
    var_samp(ms.score) AS grade_variance,
    stddev_samp(ms.score) AS grade_stddev,
    100.0 * count(*) FILTER (WHERE ms.score >= :pass_mark) / count(*) AS pass_rate,
    max(ms.submitted_at) AS last_submission_at,
    micros_between(min(ms.submitted_at), max(ms.submitted_at)) / 86400e6 / nullif(count(*) - 1, 0)
        AS avg_days_between_submissions,
    count(*) OVER () AS total_count
FROM material_submissions ms
JOIN materials m ON m.id = ms.material_id
JOIN subjects s ON s.id = m.subject_id
WHERE ms.student_id = :student_id
  AND ms.score IS NOT NULL
  AND ms.submitted_at >= :from_at AND ms.submitted_at < :until_at
GROUP BY m.subject_id, s.name
ORDER BY avg(ms.score) DESC, m.subject_id
LIMIT :limit OFFSET :offset
