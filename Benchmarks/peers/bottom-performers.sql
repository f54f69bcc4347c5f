-- Per subject, the students with the weakest mean of graded submissions.
WITH per_student AS (
    SELECT m.subject_id, s.name AS subject_name, st.id AS student_id, st.first_name, st.last_name,
        count(*) AS submission_count, avg(ms.score) AS avg_grade, max(ms.score) AS max_grade,
        100.0 * count(*) FILTER (WHERE ms.score < :pass_mark) / count(*) AS fail_rate,
        min(ms.submitted_at) AS first_submission_at, max(ms.submitted_at) AS last_submission_at
    FROM material_submissions ms
    JOIN materials m ON m.id = ms.material_id
    JOIN subjects s ON s.id = m.subject_id
    JOIN students st ON st.id = ms.student_id
    WHERE ms.score IS NOT NULL
      AND ms.submitted_at >= :from_at AND ms.submitted_at < :until_at
    GROUP BY m.subject_id, s.name, st.id, st.first_name, st.last_name
    HAVING count(*) >= :min_submissions
), ranked AS (
    SELECT subject_id, subject_name, student_id, first_name, last_name, submission_count, avg_grade, max_grade,
        fail_rate, first_submission_at, last_submission_at,
        row_number() OVER (PARTITION BY subject_id ORDER BY avg_grade ASC, submission_count DESC, student_id) AS rank,
        count(*) OVER () AS total_count
    FROM per_student
)
SELECT subject_id, subject_name, rank, student_id, first_name, last_name, submission_count, avg_grade, max_grade,
    fail_rate, first_submission_at, last_submission_at, total_count
FROM ranked
WHERE rank > :offset AND rank <= :offset + :limit
ORDER BY subject_id, rank
