import RollbookModel

/// Tables that stand, of which only the rows that differ are replaced: who reads them never waits.
struct MaintainedTables: DerivedStorage {
    /// All in one: who makes one of them anew has to make anew what was recorded of the rows of all.
    var repeatables: [RepeatableMigration] {
        let fingerprints = """
            CREATE TABLE derived_fingerprints (
                source text NOT NULL,
                key bigint NOT NULL,
                fingerprint numeric NOT NULL,
                PRIMARY KEY (source, key)
            )
            """
        return [
            RepeatableMigration(
                name: "derived_tables",
                up: DerivedTable.all.flatMap(\.definition) + [fingerprints] + AnalyzeFunction.definition,
                down: [AnalyzeFunction.removal, "DROP TABLE IF EXISTS derived_fingerprints"]
                    + DerivedTable.all.reversed().map(\.removal))
        ]
    }

    func bringUpToDate(zone: Zone, in session: any WriteSession) async throws {
        let dates = try await LocalDates.ofSubmissions(zone: zone, in: session)
        let changes = KeyChanges(session: session, dates: dates)
        let changedSources = try await changes.find()
        for table in DerivedTable.all {
            guard let form = table.standingTable, !changedSources.isDisjoint(with: form.sources) else { continue }
            try await RowReplacement(table: table, form: form, dates: dates, session: session).run()
        }
        try await changes.record()
    }
}

/// The function by which somebody who does not own the derived tables has them analyzed.
enum AnalyzeFunction {
    static var definition: [String] {
        let names = DerivedTable.all.filter { $0.standingTable != nil }.map { "'\($0.name)'" }
        return [
            """
            CREATE FUNCTION analyze_derived(name text) RETURNS void
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollbook, pg_temp AS $$
            BEGIN
                IF name NOT IN (\(names.joined(separator: ", "))) THEN
                    RAISE EXCEPTION 'there is no derived table of that name';
                END IF;
                EXECUTE format('ANALYZE rollbook.%I', name);
            END
            $$
            """,
            "REVOKE ALL ON FUNCTION analyze_derived(text) FROM PUBLIC",
        ]
    }

    static let removal = "DROP FUNCTION IF EXISTS analyze_derived(text)"
}
