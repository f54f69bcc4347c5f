-- Grain: one row per class and subject with an active enrollment.
WITH class_sizes AS (
    SELECT class_id, subject_id, count(DISTINCT student_id) AS student_count
    FROM enrollments
    WHERE is_active
    GROUP BY class_id, subject_id
), class_totals AS (
    SELECT class_id, subject_id, count(*) AS submission_count, count(score) AS graded_count, sum(score) AS score_sum,
        count(*) FILTER (WHERE score >= :pass_hundredths) AS passed_count,
        count(*) FILTER (WHERE submitted_at > :recent_at AND submitted_at <= :as_of) AS recent_count
    FROM class_submissions
    GROUP BY class_id, subject_id
)
SELECT
    c.class_id,
    c.subject_id,
    CAST(c.student_count AS bigint) AS student_count,
    CAST(coalesce(t.submission_count, 0) AS bigint) AS total_submissions,
    CAST(coalesce(t.graded_count, 0) AS bigint) AS graded_count,
    CAST(t.score_sum AS bigint) AS score_sum,
    CAST(coalesce(t.passed_count, 0) AS bigint) AS passed_count,
    CAST(coalesce(t.recent_count, 0) AS bigint) AS recent_count
FROM class_sizes c
LEFT JOIN class_totals t ON t.class_id = c.class_id AND t.subject_id = c.subject_id
