-- Ranks only the students whose mean can reach the page: means fall into buckets of half a point; a bucket holds the
-- ranks rank_offset + 1 to rank_offset + student_count of its subject, so buckets off the page are never sorted.
WITH graded_students AS (
    SELECT subject_id, student_id, count(*) AS submission_count, sum(score) AS score_sum
    FROM submissions_by_month
    WHERE score IS NOT NULL
      AND submitted_at >= :from_at
      AND submitted_at < :until_at
      AND (CAST(:subject_id AS bigint) IS NULL OR subject_id = CAST(:subject_id AS bigint))
    GROUP BY subject_id, student_id
    HAVING count(*) >= :min_submissions
), qualified_students AS (
    SELECT subject_id, student_id, submission_count, score_sum,
        CAST(score_sum AS double) / submission_count AS mean,
        CAST(floor(CAST(score_sum AS double) / submission_count / 50) AS int) AS bucket
    FROM graded_students
), bucket_sizes AS (
    SELECT subject_id, bucket, count(*) AS student_count
    FROM qualified_students
    GROUP BY subject_id, bucket
), bucket_ranks AS (
    SELECT subject_id, bucket, student_count,
        sum(student_count) OVER (PARTITION BY subject_id ORDER BY bucket ASC) - student_count AS rank_offset,
        sum(student_count) OVER () AS total_count
    FROM bucket_sizes
), page_buckets AS (
    SELECT subject_id, bucket, rank_offset, total_count
    FROM bucket_ranks
    WHERE rank_offset - :limit < :offset AND rank_offset + student_count > :offset
), ranked_students AS (
    SELECT q.subject_id, q.student_id, q.submission_count, q.score_sum, b.total_count,
        b.rank_offset + row_number() OVER (
            PARTITION BY q.subject_id, q.bucket
            ORDER BY q.mean ASC, q.submission_count DESC, q.student_id
        ) AS rank
    FROM qualified_students q
    JOIN page_buckets b ON b.subject_id = q.subject_id AND b.bucket = q.bucket
), page_students AS (
    SELECT subject_id, student_id, submission_count, score_sum, rank, total_count
    FROM ranked_students
    WHERE rank > :offset AND rank - :limit <= :offset
), page_details AS (
    SELECT f.subject_id, f.student_id,
        max(f.score) AS score_max,
        count(*) FILTER (WHERE f.score < :pass_hundredths) AS failed_count,
        min(f.submitted_at) AS first_submission_at,
        max(f.submitted_at) AS last_submission_at
    FROM submissions_by_month f
    JOIN page_students p ON p.student_id = f.student_id AND p.subject_id = f.subject_id
    WHERE f.score IS NOT NULL
      AND f.submitted_at >= :from_at
      AND f.submitted_at < :until_at
    GROUP BY f.subject_id, f.student_id
)
SELECT
    p.subject_id,
    s.name AS subject_name,
    CAST(p.rank AS bigint) AS rank,
    p.student_id,
    st.first_name,
    st.last_name,
    CAST(p.submission_count AS bigint) AS submission_count,
    CAST(p.score_sum AS bigint) AS score_sum,
    CAST(d.score_max AS bigint) AS score_max,
    CAST(d.failed_count AS bigint) AS failed_count,
    d.first_submission_at,
    d.last_submission_at,
    CAST(p.total_count AS bigint) AS total_count
FROM page_students p
JOIN page_details d ON d.subject_id = p.subject_id AND d.student_id = p.student_id
JOIN subjects s ON s.id = p.subject_id
JOIN students st ON st.id = p.student_id
ORDER BY p.subject_id, p.rank
