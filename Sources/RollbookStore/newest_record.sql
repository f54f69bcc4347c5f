SELECT max(newest_at)
FROM (
    SELECT max(submitted_at) AS newest_at FROM material_submissions
    UNION ALL
    SELECT max(created_at) FROM assignments
    UNION ALL
    SELECT max(submitted_at) FROM assignment_submissions
    UNION ALL
    SELECT max(graded_at) FROM assignment_submissions
    UNION ALL
    SELECT CAST(max(date) AS timestamp) FROM attendance
) newest
