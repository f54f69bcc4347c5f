-- The students who submitted, those with the most active days first.
SELECT
    st.id AS student_id, st.first_name, st.last_name,
    count(*) AS submission_count,
    count(DISTINCT CAST(ms.submitted_at AS date)) AS active_days,
    100.0 * count(DISTINCT CAST(ms.submitted_at AS date)) / :days AS engagement_percentage,
    avg(ms.score) AS avg_grade,
    max(ms.submitted_at) AS last_submission_at,
    micros_between(min(ms.submitted_at), max(ms.submitted_at)) / 86400e6 / nullif(count(*) - 1, 0)
        AS avg_days_between_submissions,
    count(*) OVER () AS total_count
FROM material_submissions ms
JOIN students st ON st.id = ms.student_id
WHERE ms.submitted_at >= :from_at AND ms.submitted_at < :until_at
GROUP BY st.id, st.first_name, st.last_name
ORDER BY count(DISTINCT CAST(ms.submitted_at AS date)) DESC, count(*) DESC, st.id
LIMIT :limit OFFSET :offset
