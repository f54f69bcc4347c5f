-- Grain: one row, the state of the whole store.
CREATE TABLE store_state (
    data_version bigint NOT NULL,
    data_as_of timestamp,
    time_zone varchar NOT NULL,
    schema_version integer NOT NULL,
    records_are_mapped boolean DEFAULT false NOT NULL
);

-- Grain: one row per table and textual id. Rows stay when records go, so that a record that returns has its old id.
CREATE TABLE source_keys (
    table_name varchar NOT NULL,
    source_id varchar NOT NULL,
    id bigint NOT NULL
);

-- Grain: one row per origin, topic and source's id: what sources of changes must know of earlier imports and no record
-- holds. Rows stay when records go, as those of source_keys do.
CREATE TABLE source_memory (
    origin varchar NOT NULL,
    topic varchar NOT NULL,
    source_id varchar NOT NULL,
    value varchar NOT NULL
);

-- Grain: one row per summary view that has been filled.
CREATE TABLE view_state (
    view_name varchar NOT NULL,
    as_of timestamp NOT NULL,
    policy varchar NOT NULL,
    refreshed_at timestamp NOT NULL,
    row_count bigint NOT NULL,
    duration_ms bigint NOT NULL
)
