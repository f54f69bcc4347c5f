-- All rows come home (one per subject); the page is cut outside.
SELECT
    subject_id,
    min(subject_name) AS subject_name,
    count(*) AS submission_count,
    CAST(sum(score) AS bigint) AS score_sum,
    CAST(sum(score * score) AS bigint) AS score_square_sum,
    min(score) AS score_min,
    max(score) AS score_max,
    count(*) FILTER (WHERE score >= :pass_hundredths) AS passed_count,
    min(submitted_at) AS first_submission_at,
    max(submitted_at) AS last_submission_at
FROM grades_by_student
WHERE student_id = :student_id
  AND submitted_at >= :from_at
  AND submitted_at < :until_at
GROUP BY subject_id
ORDER BY CAST(sum(score) AS double) / count(*) DESC NULLS LAST, subject_id
