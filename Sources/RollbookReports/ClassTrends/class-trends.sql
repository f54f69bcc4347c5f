WITH class_periods AS (
    SELECT class_id, CAST(date_trunc(:by, CAST(submitted_on AS timestamp)) AS date) AS period, count(*) AS submission_count
    FROM class_submissions
    WHERE score IS NOT NULL
      AND submitted_on >= :from_on
      AND submitted_on < :until_on
      AND (CAST(:class_id AS bigint) IS NULL OR class_id = CAST(:class_id AS bigint))
    GROUP BY 1, 2
), page_periods AS (
    SELECT class_id, period, submission_count, count(*) OVER () AS total_count
    FROM class_periods
    ORDER BY class_id, period
    LIMIT :limit OFFSET :offset
), page_classes AS (
    SELECT DISTINCT class_id FROM page_periods
), page_students AS (
    SELECT f.class_id, CAST(date_trunc(:by, CAST(f.submitted_on AS timestamp)) AS date) AS period, f.student_id, f.score
    FROM class_submissions f
    JOIN page_classes p ON p.class_id = f.class_id
    WHERE f.score IS NOT NULL AND f.submitted_on >= :from_on AND f.submitted_on < :until_on
), page_details AS (
    SELECT class_id, period, count(DISTINCT student_id) AS student_count, sum(score) AS score_sum,
        min(score) AS score_min, max(score) AS score_max,
        count(*) FILTER (WHERE score >= :pass_hundredths) AS passed_count
    FROM page_students
    GROUP BY class_id, period
)
SELECT
    p.class_id,
    c.name AS class_name,
    p.period,
    CAST(d.student_count AS bigint) AS student_count,
    CAST(p.submission_count AS bigint) AS submission_count,
    CAST(d.score_sum AS bigint) AS score_sum,
    CAST(d.score_min AS bigint) AS score_min,
    CAST(d.score_max AS bigint) AS score_max,
    CAST(d.passed_count AS bigint) AS passed_count,
    CAST(p.total_count AS bigint) AS total_count
FROM page_periods p
JOIN page_details d ON d.class_id = p.class_id AND d.period = p.period
JOIN classes c ON c.id = p.class_id
ORDER BY p.class_id, p.period
LIMIT :limit
