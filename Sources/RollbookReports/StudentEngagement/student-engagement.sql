WITH active_students AS (
    SELECT student_id, count(*) AS submission_count, sum(opens_day) AS active_days
    FROM submissions_by_month
    WHERE submitted_at >= :from_at AND submitted_at < :until_at
    GROUP BY student_id
), page_students AS (
    SELECT student_id, submission_count, active_days, count(*) OVER () AS total_count
    FROM active_students
    ORDER BY active_days DESC, submission_count DESC, student_id
    LIMIT :limit OFFSET :offset
), page_details AS (
    SELECT f.student_id, count(f.score) AS graded_count, sum(f.score) AS score_sum,
        min(f.submitted_at) AS first_submission_at, max(f.submitted_at) AS last_submission_at
    FROM submissions_by_month f
    JOIN page_students p ON p.student_id = f.student_id
    WHERE f.submitted_at >= :from_at AND f.submitted_at < :until_at
    GROUP BY f.student_id
)
SELECT
    p.student_id,
    st.first_name,
    st.last_name,
    CAST(p.submission_count AS bigint) AS submission_count,
    CAST(p.active_days AS bigint) AS active_days,
    CAST(:days AS bigint) AS window_days,
    CAST(d.graded_count AS bigint) AS graded_count,
    CAST(d.score_sum AS bigint) AS score_sum,
    d.first_submission_at,
    d.last_submission_at,
    CAST(p.total_count AS bigint) AS total_count
FROM page_students p
JOIN page_details d ON d.student_id = p.student_id
JOIN students st ON st.id = p.student_id
ORDER BY p.active_days DESC, p.submission_count DESC, p.student_id
