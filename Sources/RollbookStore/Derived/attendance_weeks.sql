-- Grain: one row per student and week (named by its Monday) with attendance. The dates are the register's own.
SELECT
    student_id,
    CAST(date_trunc('week', CAST(date AS timestamp)) AS date) AS week_on,
    CAST(count(*) FILTER (WHERE status = 'present') AS integer) AS present_count,
    CAST(count(*) FILTER (WHERE status = 'late') AS integer) AS late_count,
    CAST(count(*) FILTER (WHERE status = 'absent') AS integer) AS absent_count
FROM attendance
GROUP BY 1, 2
