SELECT
    CAST(date_trunc(:by, CAST(submitted_on AS timestamp)) AS date) AS period,
    CAST(CASE WHEN :by = 'day' THEN sum(opens_day)
        ELSE count(DISTINCT CASE WHEN :by <> 'day' THEN student_id END) END AS bigint) AS active_students,
    CAST(count(*) AS bigint) AS submission_count,
    CAST(count(score) AS bigint) AS graded_count,
    CAST(sum(score) AS bigint) AS score_sum
FROM submissions_by_month
WHERE submitted_at >= :from_at AND submitted_at < :until_at
GROUP BY 1
ORDER BY 1
