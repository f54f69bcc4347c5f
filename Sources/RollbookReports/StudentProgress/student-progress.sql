-- All rows come home (at most one per day of the window); the page is cut outside.
SELECT
    CAST(date_trunc(:by, submitted_on) AS date) AS period,
    count(*) AS submission_count,
    CAST(sum(score) AS bigint) AS score_sum,
    CAST(sum(score * score) AS bigint) AS score_square_sum,
    min(score) AS score_min,
    max(score) AS score_max,
    count(*) FILTER (WHERE score >= :pass_hundredths) AS passed_count
FROM grades_by_student
WHERE student_id = :student_id
  AND submitted_at >= :from_at
  AND submitted_at < :until_at
GROUP BY 1
ORDER BY 1
