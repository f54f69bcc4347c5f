-- Grain: one row per source and key, a student or a teacher. The fingerprint is a sum of hashes of all that the derived rows
-- of that key are made of, in any order: where it is as it was, so are they.
SELECT 'submissions' AS source, ms.student_id AS key,
    sum(timestamp_hash_extended(ms.submitted_at, hash_numeric_extended(coalesce(ms.score, -1),
        m.fingerprint # ({local date of ms.submitted_at} - DATE '2000-01-01')))) AS fingerprint
FROM material_submissions ms
JOIN (SELECT id, hashint8extended(subject_id, coalesce(class_id, -1)) AS fingerprint FROM materials) m
    ON m.id = ms.material_id
GROUP BY ms.student_id
UNION ALL
SELECT 'enrollments', student_id, sum(hashint8extended(subject_id, class_id))
FROM (SELECT DISTINCT student_id, class_id, subject_id FROM enrollments WHERE is_active) places
GROUP BY student_id
UNION ALL
SELECT 'attendance', student_id,
    sum(hashint8extended(date - DATE '2000-01-01',
        CASE status WHEN 'present' THEN 1 WHEN 'late' THEN 2 WHEN 'absent' THEN 3 ELSE 4 END))
FROM attendance
GROUP BY student_id
UNION ALL
SELECT 'reviews', teacher_id, sum(fingerprint)
FROM (
    SELECT teacher_id, timestamp_hash_extended(created_at, 1) AS fingerprint FROM assignments
    UNION ALL
    SELECT a.teacher_id,
        timestamp_hash_extended(a.created_at, timestamp_hash_extended(s.submitted_at, timestamp_hash_extended(
            coalesce(CASE WHEN s.score IS NOT NULL THEN s.graded_at END, TIMESTAMP 'infinity'),
            CASE WHEN s.status = 'pending' THEN 2 ELSE 3 END + CASE WHEN s.score IS NOT NULL THEN 2 ELSE 0 END)))
    FROM assignment_submissions s
    JOIN assignments a ON a.id = s.assignment_id
) reviews
GROUP BY teacher_id
