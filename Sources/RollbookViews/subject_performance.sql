-- Grain: one row per subject.
-- Students and subjects are grouped first, so that distinct students need no second hash table; in the order of the index
-- that some engines have.
WITH student_totals AS (
    SELECT subject_id, student_id, count(score) AS graded_count, sum(score) AS score_sum,
        sum(score * score) AS score_square_sum,
        min(score) AS score_min, max(score) AS score_max,
        count(*) FILTER (WHERE score >= :excellent_hundredths) AS excellent_count,
        count(*) FILTER (WHERE score < :pass_hundredths) AS below_count,
        max(submitted_at) AS last_submission_at
    FROM submissions_by_month
    GROUP BY student_id, subject_id
), subject_totals AS (
    SELECT subject_id, count(*) AS student_count, sum(graded_count) AS graded_count, sum(score_sum) AS score_sum,
        sum(score_square_sum) AS score_square_sum, min(score_min) AS score_min, max(score_max) AS score_max,
        sum(excellent_count) AS excellent_count, sum(below_count) AS below_count,
        max(last_submission_at) AS last_submission_at
    FROM student_totals
    GROUP BY subject_id
)
SELECT
    s.id AS subject_id,
    s.name AS subject_name,
    CAST(coalesce(t.student_count, 0) AS bigint) AS student_count,
    CAST(coalesce(t.graded_count, 0) AS bigint) AS total_submissions,
    CAST(t.score_sum AS bigint) AS score_sum,
    CAST(t.score_square_sum AS bigint) AS score_square_sum,
    CAST(t.score_min AS bigint) AS score_min,
    CAST(t.score_max AS bigint) AS score_max,
    CAST(coalesce(t.excellent_count, 0) AS bigint) AS excellent_count,
    CAST(coalesce(t.graded_count - t.excellent_count - t.below_count, 0) AS bigint) AS good_count,
    CAST(coalesce(t.below_count, 0) AS bigint) AS below_count,
    t.last_submission_at
FROM subjects s
LEFT JOIN subject_totals t ON t.subject_id = s.id
