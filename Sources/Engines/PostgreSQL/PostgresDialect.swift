import RollbookStore

extension Dialect {
    /// PostgreSQL's spelling, of version 12 and newer.
    static let postgreSQL = Dialect(
        parameter: { _, position in "$\(position)" },
        parquetScan: nil,
        prelude: [
            // Asked first: a role that owns the schema may still not be allowed to make one.
            """
            DO $$
            BEGIN
                IF to_regnamespace('rollbook') IS NULL THEN
                    CREATE SCHEMA rollbook;
                END IF;
            END
            $$
            """,
            // The portable texts call binary numbers `double`, which PostgreSQL spells in two words.
            """
            DO $$
            BEGIN
                IF to_regtype('rollbook."double"') IS NULL THEN
                    CREATE DOMAIN rollbook."double" AS double precision;
                END IF;
            END
            $$
            """,
            // Each field of an interval is a whole number far below 2^53, which a binary number holds exactly; seconds
            // with their fraction would not be, and `extract` gives exact ones only since version 14.
            """
            CREATE OR REPLACE FUNCTION rollbook.rb_microseconds(a timestamp, b timestamp) RETURNS bigint
            LANGUAGE sql IMMUTABLE PARALLEL SAFE AS '
                SELECT CAST(date_part(''day'', b - a) AS bigint) * 86400000000
                    + CAST(date_part(''hour'', b - a) * 3600000000 + date_part(''minute'', b - a) * 60000000
                        + date_part(''microseconds'', b - a) AS bigint)
            '
            """,
        ],
        // The schema stays: who may do what in it is not forgotten.
        preludeRemoval: [
            "DROP FUNCTION rollbook.rb_microseconds(timestamp, timestamp)", "DROP DOMAIN rollbook.\"double\"",
        ],
        textType: "varchar COLLATE \"C\"",
        // By the database's own rules: those of "C" know no letters but ASCII's.
        lowercased: { "lower((\($0)) COLLATE \"default\")" },
        analysis: { "ANALYZE \($0)" },
        // As it is now, not as it was when the transaction began, perhaps with a wait in between.
        currentInstant: "CAST(clock_timestamp() AT TIME ZONE 'UTC' AS timestamp)",
        storage: .maintained)
}
