-- Per subject, the students with the best mean of graded submissions.
WITH per_student AS (
    SELECT m.subject_id, ms.student_id, count(*) AS submission_count, avg(ms.score) AS avg_grade,
        max(ms.score) AS max_grade,
        min(ms.created_at) AS first_submission_at, max(ms.created_at) AS last_submission_at
    FROM materials_materialsubmission ms
    JOIN materials_material m ON m.id = ms.material_id
    WHERE ms.score IS NOT NULL
      AND ms.created_at >= :from_at AND ms.created_at < :until_at
    GROUP BY m.subject_id, ms.student_id
    HAVING count(*) >= :min_submissions
), ranked AS (
    SELECT subject_id, student_id, submission_count, avg_grade, max_grade, first_submission_at, last_submission_at,
        count(*) OVER () AS total_count,
        row_number() OVER (
            PARTITION BY subject_id ORDER BY avg_grade DESC, submission_count DESC, student_id
        ) AS rank
    FROM per_student
)
SELECT r.subject_id, s.name AS subject_name, r.rank, r.student_id, u.first_name, u.last_name, r.submission_count,
    round(r.avg_grade, 2) AS avg_grade, r.max_grade,
    r.first_submission_at, r.last_submission_at, r.total_count
FROM ranked r
JOIN materials_subject s ON s.id = r.subject_id
JOIN accounts_user u ON u.id = r.student_id
WHERE r.rank > :offset AND r.rank <= :offset + :limit
ORDER BY r.subject_id, r.rank
