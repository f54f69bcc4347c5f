-- :first_week_on, :end_week_on: the Mondays such that the weeks wholly inside [:from_on, :until_on) are those
-- with first_week_on <= week_on < end_week_on; with no whole week both are :until_on.
WITH window_attendance AS (
    SELECT student_id, present_count, late_count, absent_count
    FROM attendance_weeks
    WHERE week_on >= :first_week_on AND week_on < :end_week_on
    UNION ALL
    SELECT student_id,
        CASE WHEN status = 'present' THEN 1 ELSE 0 END,
        CASE WHEN status = 'late' THEN 1 ELSE 0 END,
        CASE WHEN status = 'absent' THEN 1 ELSE 0 END
    FROM attendance
    WHERE date >= :from_on AND date < :first_week_on
    UNION ALL
    SELECT student_id,
        CASE WHEN status = 'present' THEN 1 ELSE 0 END,
        CASE WHEN status = 'late' THEN 1 ELSE 0 END,
        CASE WHEN status = 'absent' THEN 1 ELSE 0 END
    FROM attendance
    WHERE date >= :end_week_on AND date < :until_on
), attending_students AS (
    SELECT student_id,
        sum(present_count + CASE WHEN :late_counts THEN late_count ELSE 0 END) AS present_count,
        sum(present_count + late_count + absent_count) AS counted_count
    FROM window_attendance
    GROUP BY student_id
), graded_students AS (
    SELECT student_id, count(*) AS graded_count, sum(score) AS score_sum,
        sum(score * score) AS score_square_sum, min(score) AS score_min, max(score) AS score_max
    FROM submissions_by_month
    WHERE score IS NOT NULL AND submitted_at >= :from_at AND submitted_at < :until_at
    GROUP BY student_id
)
SELECT
    a.student_id,
    CAST(a.present_count AS bigint) AS present_count,
    CAST(a.counted_count AS bigint) AS counted_count,
    CAST(g.graded_count AS bigint) AS graded_count,
    CAST(g.score_sum AS bigint) AS score_sum,
    CAST(g.score_square_sum AS bigint) AS score_square_sum,
    CAST(g.score_min AS bigint) AS score_min,
    CAST(g.score_max AS bigint) AS score_max
FROM attending_students a
JOIN graded_students g ON g.student_id = a.student_id
WHERE a.counted_count > 0
