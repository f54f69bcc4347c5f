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
                up: DerivedTable.all.flatMap(\.definition) + [fingerprints] + TidyFunction.definition,
                down: [TidyFunction.removal, "DROP TABLE IF EXISTS derived_fingerprints"]
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
