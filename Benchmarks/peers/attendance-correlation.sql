-- Students by tenth of their attendance rate, with their grades; the correlation over all of them beside every row.
WITH rates AS (
    SELECT student_id,
        count(*) FILTER (WHERE status = 'present' OR (status = 'late' AND :late_counts)) AS present_count,
        count(*) FILTER (WHERE status <> 'excused') AS counted_count
    FROM attendance
    WHERE date >= :from_on AND date < :until_on
    GROUP BY student_id
), grades AS (
    SELECT student_id, count(*) AS graded_count, sum(score) AS score_sum, sum(score * score) AS score_square_sum,
        min(score) AS score_min, max(score) AS score_max
    FROM material_submissions
    WHERE score IS NOT NULL AND submitted_at >= :from_at AND submitted_at < :until_at
    GROUP BY student_id
), pairs AS (
    SELECT g.*,
        CAST(least(9, floor(CAST(r.present_count AS double precision) * 10 / r.counted_count)) AS int) AS tenth,
        CAST(r.present_count AS double precision) * 100 / r.counted_count AS rate,
        CAST(g.score_sum AS double precision) / g.graded_count AS mean_score
    FROM rates r
    JOIN grades g ON g.student_id = r.student_id
    WHERE r.counted_count > 0
), correlation AS (
    SELECT count(*) AS student_count, corr(mean_score, rate) AS pearson_r, regr_slope(mean_score, rate) AS slope
    FROM pairs
), tenths AS (
    SELECT tenth, count(*) AS student_count, sum(graded_count) AS total_submissions, sum(score_sum) AS score_sum,
        sum(score_square_sum) AS score_square_sum, min(score_min) AS min_grade, max(score_max) AS max_grade
    FROM pairs
    GROUP BY tenth
)
SELECT t.tenth * 10 AS rate_from, t.tenth * 10 + 10 AS rate_to, t.student_count, t.total_submissions,
    t.score_sum / t.total_submissions AS avg_grade, t.min_grade, t.max_grade,
    sqrt((t.score_square_sum - t.score_sum * t.score_sum / t.total_submissions) / nullif(t.total_submissions - 1, 0))
        AS grade_stddev,
    c.student_count AS summary_student_count, c.pearson_r AS summary_pearson_r, c.slope AS summary_slope
FROM tenths t
CROSS JOIN correlation c
ORDER BY t.tenth DESC
