-- Grain: one row per student and subject with a graded material submission.
SELECT
    student_id,
    subject_id,
    CAST(count(*) AS bigint) AS submission_count,
    CAST(sum(score) AS bigint) AS score_sum,
    CAST(sum(score * score) AS bigint) AS score_square_sum,
    CAST(count(*) FILTER (WHERE score >= :pass_hundredths) AS bigint) AS passed_count,
    min(submitted_at) AS first_submission_at,
    max(submitted_at) AS last_submission_at
FROM grades_by_student
GROUP BY student_id, subject_id
