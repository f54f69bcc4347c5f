-- Grain: one row per material submission and class in which it counts. Stands by class, then date.
-- It counts once in each class where its student is actively enrolled for its subject, however many enrollments say so.
SELECT p.class_id, f.subject_id, f.student_id, f.submitted_at, f.submitted_on, f.score
FROM submissions_by_month f
JOIN (
    SELECT DISTINCT student_id, class_id, subject_id
    FROM enrollments
    WHERE is_active
) p ON p.student_id = f.student_id
    AND p.subject_id = f.subject_id
    AND (f.material_class_id IS NULL OR f.material_class_id = p.class_id)
