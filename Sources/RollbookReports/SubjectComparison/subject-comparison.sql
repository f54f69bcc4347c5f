-- One student's grades come home as they are, to be grouped there: they are few, and planning sums for them costs an
-- engine more than reading them.
SELECT subject_id, subject_name, submitted_at, score
FROM grades_by_student
WHERE student_id = :student_id
  AND submitted_at >= :from_at
  AND submitted_at < :until_at
