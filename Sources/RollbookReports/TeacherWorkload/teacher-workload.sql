-- One teacher's assignments and their submissions come home as they are, to be counted there: they are few, and planning
-- counts for them costs an engine more than reading them. An assignment's own row has no submission.
SELECT is_assignment, is_pending, is_graded, submitted_at, graded_at, grade_microseconds
FROM teacher_submissions
WHERE teacher_id = :teacher_id
  AND created_at >= :from_at
  AND created_at < :until_at
