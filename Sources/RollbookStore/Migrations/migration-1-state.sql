-- [up]
-- Grain: one row, the state of the whole store. schema_version is the number of the newest migration, so that a question
-- learns with the state that it reads anyway whether the tables are the ones it knows. store_id is drawn when the store is
-- made, version_mark anew with each data_version: a store that was made anew, or put back from a backup and then went on
-- otherwise, counts the same versions again, and answers that outlive it must not be taken for its own.
CREATE TABLE store_state (
    store_id varchar NOT NULL,
    data_version bigint NOT NULL,
    version_mark varchar NOT NULL,
    data_as_of timestamp,
    time_zone varchar NOT NULL,
    schema_version integer NOT NULL,
    records_are_mapped boolean DEFAULT false NOT NULL
);

INSERT INTO store_state (store_id, data_version, version_mark, data_as_of, time_zone, schema_version)
SELECT
    substr(md5(concat(random(), random(), random())), 1, 15),
    0,
    'founding',
    NULL,
    'UTC',
    0;

-- Grain: one row per summary view that has been filled.
CREATE TABLE view_state (
    view_name varchar NOT NULL,
    as_of timestamp NOT NULL,
    policy varchar NOT NULL,
    refreshed_at timestamp NOT NULL,
    row_count bigint NOT NULL,
    duration_ms bigint NOT NULL
);

-- [up maintained]
ALTER TABLE view_state ADD PRIMARY KEY (view_name);

-- Grain: one row, or none before the first refresh: the values that the materialized views were last filled for.
CREATE TABLE view_parameters (
    as_of timestamp NOT NULL,
    recent_at timestamp NOT NULL,
    overdue_at timestamp NOT NULL,
    pass_hundredths bigint NOT NULL,
    excellent_hundredths bigint NOT NULL
);

-- [down maintained]
DROP TABLE view_parameters;

-- [down]
DROP TABLE view_state;
DROP TABLE store_state;
