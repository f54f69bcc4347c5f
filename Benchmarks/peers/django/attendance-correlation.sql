-- Students by tenth of their attendance rate, with their grades; the correlation over all of them beside every row.
WITH attendance_rates AS (
    SELECT user_id AS student_id,
        count(*) FILTER (WHERE status IN ('present', 'late')) AS present_count,
        count(*) AS counted_count
    FROM scheduling_attendance
    WHERE date >= :from_on AND date < :until_on AND status <> 'excused'
    GROUP BY user_id
), grades AS (
    SELECT student_id, count(*) AS submission_count, sum(score) AS score_sum, sum(score * score) AS score_square_sum,
        min(score) AS min_grade, max(score) AS max_grade
    FROM materials_materialsubmission
    WHERE score IS NOT NULL AND created_at >= :from_at AND created_at < :until_at
    GROUP BY student_id
), students AS (
    SELECT g.submission_count, g.score_sum, g.score_square_sum, g.min_grade, g.max_grade,
        least(9, 10 * a.present_count / a.counted_count) AS tenth,
        100.0 * a.present_count / a.counted_count AS rate,
        g.score_sum / g.submission_count AS avg_grade
    FROM attendance_rates a
    JOIN grades g ON g.student_id = a.student_id
), correlation AS (
    SELECT count(*) AS student_count, corr(avg_grade, rate) AS pearson_r, regr_slope(avg_grade, rate) AS slope
    FROM students
), tenths AS (
    SELECT tenth, count(*) AS student_count, sum(submission_count) AS total_submissions, sum(score_sum) AS score_sum,
        sum(score_square_sum) AS score_square_sum, min(min_grade) AS min_grade, max(max_grade) AS max_grade
    FROM students
    GROUP BY tenth
)
SELECT t.tenth * 10 AS rate_from, t.tenth * 10 + 10 AS rate_to, t.student_count, t.total_submissions,
    round(t.score_sum / t.total_submissions, 2) AS avg_grade, t.min_grade, t.max_grade,
    round(sqrt((t.score_square_sum - t.score_sum * t.score_sum / t.total_submissions)
        / nullif(t.total_submissions - 1, 0)), 2) AS grade_stddev,
    c.student_count AS summary_student_count, c.pearson_r AS summary_pearson_r, c.slope AS summary_slope
FROM tenths t
CROSS JOIN correlation c
ORDER BY t.tenth DESC
