-- [up]
-- What is remembered of how the warehouse runs. None of it is part of an answer, so none of it moves the data version, and
-- it is written beside the writer.

-- Grain: one row per job: who runs it now, until when that holds unless it is renewed, and the newest of its due times that
-- somebody has taken. All instants are of the store's own clock, but last_due_at, which the schedule gives.
CREATE TABLE job_leases (
    job varchar NOT NULL,
    holder varchar,
    run_id varchar,
    expires_at timestamp,
    last_due_at timestamp,
    cancel_requested boolean DEFAULT false NOT NULL
);

INSERT INTO job_leases (job) VALUES ('prepare'), ('refresh'), ('statistics'), ('warm');

-- Grain: one row per run of a job, with all its tries. cause is schedule, made_up, hand or start; outcome is running,
-- succeeded, failed, cancelled or lost.
CREATE TABLE job_runs (
    run_id varchar NOT NULL,
    job varchar NOT NULL,
    holder varchar NOT NULL,
    cause varchar NOT NULL,
    due_at timestamp,
    started_at timestamp NOT NULL,
    ended_at timestamp,
    try_count integer NOT NULL,
    outcome varchar NOT NULL,
    row_count bigint,
    error_code varchar,
    error_message varchar
);

-- Grain: one row per try of a run.
CREATE TABLE job_tries (
    run_id varchar NOT NULL,
    try_number integer NOT NULL,
    started_at timestamp NOT NULL,
    ended_at timestamp,
    outcome varchar NOT NULL,
    row_count bigint,
    error_code varchar,
    error_message varchar
);

-- Grain: one row per question and date in UTC: how often it was asked, and what that cost.
CREATE TABLE question_log (
    question varchar NOT NULL,
    asked_on date NOT NULL,
    kind varchar NOT NULL,
    asked_count bigint NOT NULL,
    computed_count bigint NOT NULL,
    failed_count bigint NOT NULL,
    last_asked_at timestamp NOT NULL,
    total_microseconds bigint NOT NULL,
    longest_microseconds bigint NOT NULL
);

-- Grain: one row per taking, thing and measure: the bytes of a table, the scans of an index.
CREATE TABLE statistics_history (
    taken_at timestamp NOT NULL,
    kind varchar NOT NULL,
    name varchar NOT NULL,
    measure varchar NOT NULL,
    value bigint NOT NULL
);

-- [up maintained]
ALTER TABLE job_leases ADD PRIMARY KEY (job);
ALTER TABLE job_runs ADD PRIMARY KEY (run_id);
CREATE INDEX job_runs_by_start ON job_runs (job, started_at);
ALTER TABLE job_tries ADD PRIMARY KEY (run_id, try_number);
ALTER TABLE question_log ADD PRIMARY KEY (asked_on, question);
ALTER TABLE statistics_history ADD PRIMARY KEY (taken_at, kind, name, measure);

-- What people ask is its owner's alone until the rights are given: a role that may read every new table may not read this one.
DO $rollbook$ DECLARE found record; BEGIN
    FOR found IN
        SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS name
        FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
        WHERE c.oid = to_regclass('question_log') AND a.grantee <> c.relowner
    LOOP EXECUTE format('REVOKE ALL ON TABLE question_log FROM %s', found.name); END LOOP; END $rollbook$;

-- [down]
DROP TABLE statistics_history;
DROP TABLE question_log;
DROP TABLE job_tries;
DROP TABLE job_runs;
DROP TABLE job_leases;
