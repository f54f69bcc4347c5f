import RollbookModel

/// The three roles among which a server's rights are divided, so that whoever only asks can only ask.
public struct PostgresRoles: Sendable {
    /// Owns the schema and everything in it: migrations.
    public let owner: String
    /// Imports and refreshes: changes rows, never tables.
    public let refresher: String
    /// Asks.
    public let reader: String

    /// The names where none are given.
    public static let standard = (
        owner: "rollbook_owner", refresher: "rollbook_refresher", reader: "rollbook_reader"
    )

    /// Names the roles.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` for a name that is no plain one, or that two roles have.
    public init(
        owner: String = standard.owner, refresher: String = standard.refresher, reader: String = standard.reader
    ) throws {
        for (name, role) in [(owner, "owner"), (refresher, "refresher"), (reader, "reader")]
        where name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_-]{0,62}/) == nil {
            throw RollbookError(
                .invalidArgument,
                "--\(role) takes a role's name: at most 63 letters, digits, underscores and hyphens, no digit first",
                subject: role)
        }
        guard Set([owner, refresher, reader]).count == 3 else {
            throw RollbookError(.invalidArgument, "the three roles need three names", subject: "owner")
        }
        self.owner = owner
        self.refresher = refresher
        self.reader = reader
    }

    /// The SQL that makes the roles where they are missing and gives each what it needs; it can be run at any time, as often
    /// as one likes. No role gets a password.
    public var grants: String {
        """
        -- Rollbook's roles, their rights in this database, and nobody else's. Run it as a superuser, or as a role that may
        -- create roles and is a member of \(owner); and again after every 'rollbook migrate up' that made something.
        BEGIN;
        DO $rollbook$
        DECLARE
            found record;
        BEGIN
        \([owner, refresher, reader].map(creation).joined(separator: "\n"))
            IF to_regnamespace('rollbook') IS NULL THEN
                CREATE SCHEMA rollbook AUTHORIZATION "\(owner)";
            END IF;
            EXECUTE format('GRANT CONNECT ON DATABASE %I TO "\(owner)", "\(refresher)", "\(reader)"', current_database());
            -- What is read or derived stands in temporary tables until it has been checked.
            EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO "\(owner)", "\(refresher)"', current_database());
            -- What was made before there were roles.
            FOR found IN SELECT CAST(CAST(oid AS regclass) AS text) AS name FROM pg_class
                WHERE relnamespace = to_regnamespace('rollbook') AND relkind IN ('r', 'v', 'm')
            LOOP
                EXECUTE format('ALTER TABLE %s OWNER TO "\(owner)"', found.name);
            END LOOP;
            FOR found IN SELECT CAST(CAST(oid AS regprocedure) AS text) AS name FROM pg_proc
                WHERE pronamespace = to_regnamespace('rollbook')
            LOOP
                EXECUTE format('ALTER FUNCTION %s OWNER TO "\(owner)"', found.name);
            END LOOP;
            FOR found IN SELECT CAST(CAST(oid AS regtype) AS text) AS name FROM pg_type
                WHERE typnamespace = to_regnamespace('rollbook') AND typtype = 'd'
            LOOP
                EXECUTE format('ALTER DOMAIN %s OWNER TO "\(owner)"', found.name);
            END LOOP;
        END
        $rollbook$;
        ALTER SCHEMA rollbook OWNER TO "\(owner)";

        -- Nobody else has any right; the two lose what is not given to them below.
        REVOKE ALL ON SCHEMA rollbook FROM PUBLIC, "\(refresher)", "\(reader)";
        REVOKE ALL ON ALL TABLES IN SCHEMA rollbook FROM PUBLIC, "\(refresher)", "\(reader)";
        REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rollbook FROM PUBLIC, "\(refresher)", "\(reader)";
        ALTER DEFAULT PRIVILEGES FOR ROLE "\(owner)" REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

        -- Both read everything, also what a migration makes later.
        GRANT USAGE ON SCHEMA rollbook TO "\(refresher)", "\(reader)";
        GRANT SELECT ON ALL TABLES IN SCHEMA rollbook TO "\(refresher)", "\(reader)";
        ALTER DEFAULT PRIVILEGES FOR ROLE "\(owner)" IN SCHEMA rollbook
            GRANT SELECT ON TABLES TO "\(refresher)", "\(reader)";

        -- The refresher fills tables: never views, through which it might write to the platform's own tables, and never the
        -- record of the migrations or of a mapping.
        DO $rollbook$
        DECLARE
            found record;
        BEGIN
            FOR found IN SELECT CAST(CAST(oid AS regclass) AS text) AS name FROM pg_class
                WHERE relnamespace = to_regnamespace('rollbook') AND relkind = 'r'
                    AND relname NOT IN ('schema_migrations', 'repeatable_migrations', 'record_mapping')
            LOOP
                EXECUTE format('GRANT INSERT, UPDATE, DELETE ON TABLE %s TO "\(refresher)"', found.name);
            END LOOP;
            -- What people ask is for who answers it in advance; the pages show none of it.
            IF to_regclass('rollbook.question_log') IS NOT NULL THEN
                REVOKE ALL ON TABLE rollbook.question_log FROM "\(reader)";
            END IF;
            -- A function with its owner's rights is the refresh, and the refresher's alone.
            FOR found IN SELECT CAST(CAST(oid AS regprocedure) AS text) AS name, prosecdef AS is_refresh FROM pg_proc
                WHERE pronamespace = to_regnamespace('rollbook')
            LOOP
                EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO "\(refresher)"', found.name);
                IF NOT found.is_refresh THEN
                    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO "\(reader)"', found.name);
                END IF;
            END LOOP;
        END
        $rollbook$;
        COMMIT;
        """
    }

    private func creation(of role: String) -> String {
        """
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '\(role)') THEN
                CREATE ROLE "\(role)" LOGIN;
            END IF;
        """
    }
}
