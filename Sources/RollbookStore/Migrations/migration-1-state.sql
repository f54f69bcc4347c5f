-- [up]
-- Grain: one row, the state of the whole store. schema_version is the number of the newest migration, so that a question
-- learns with the state that it reads anyway whether the tables are the ones it knows.
CREATE TABLE store_state (
    data_version bigint NOT NULL,
    data_as_of timestamp,
    time_zone varchar NOT NULL,
    schema_version integer NOT NULL,
    records_are_mapped boolean DEFAULT false NOT NULL
);

INSERT INTO store_state (data_version, data_as_of, time_zone, schema_version) VALUES (0, NULL, 'UTC', 0);

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
