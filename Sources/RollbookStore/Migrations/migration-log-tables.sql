-- Grain: one row per numbered migration that has been applied.
CREATE TABLE schema_migrations (
    number integer NOT NULL,
    name varchar NOT NULL,
    checksum varchar NOT NULL,
    applied_at timestamp NOT NULL
);

-- Grain: one row per repeatable migration that stands, in the order in which they were made. removal is how it was said to
-- be removed when it was made: by now nobody may remember.
CREATE TABLE repeatable_migrations (
    position integer NOT NULL,
    name varchar NOT NULL,
    checksum varchar NOT NULL,
    removal varchar NOT NULL,
    applied_at timestamp NOT NULL
);
