import RollbookModel

/// How an engine keeps the derived tables.
protocol DerivedStorage: Sendable {
    /// What stands in the database for them, beside the record tables.
    var repeatables: [RepeatableMigration] { get }

    /// Makes them what the records say, with the local dates of `zone`.
    ///
    /// - Throws: what the session throws.
    func bringUpToDate(zone: Zone, in session: any WriteSession) async throws
}

extension Dialect.Storage {
    /// How the derived tables are kept.
    var derived: any DerivedStorage {
        switch self {
        case .rewritten: RewrittenTables()
        case .maintained: MaintainedTables()
        }
    }
}

extension DerivedTable {
    /// What stands in the database for the derived tables, beside the record tables.
    static func repeatables(for dialect: Dialect) -> [RepeatableMigration] { dialect.storage.derived.repeatables }

    /// The statements that tidy up after large changes of the derived tables: outside of a transaction, by their owner.
    ///
    /// A table that has just been filled is not yet known to be visible to everybody, so an index alone does not answer;
    /// and the block index of the days of attendance knows nothing of new rows. Where the records are mapped, that is a view,
    /// which the server passes over.
    package static func maintenance(for dialect: Dialect) -> [String] {
        switch dialect.storage {
        case .rewritten: []
        case .maintained:
            (all.filter { $0.standingTable != nil }.map(\.name) + [RecordTable.attendance.rawValue])
                .map { "VACUUM (ANALYZE, SKIP_LOCKED) rollbook.\($0)" }
        }
    }
}

/// Tables that are made anew as a whole.
struct RewrittenTables: DerivedStorage {
    /// Filling them makes them, so there is only how they go.
    var repeatables: [RepeatableMigration] {
        DerivedTable.all.map { RepeatableMigration(name: $0.name, up: [], down: ["DROP TABLE IF EXISTS \($0.name)"]) }
    }

    func bringUpToDate(zone: Zone, in session: any WriteSession) async throws {
        let dates = try await LocalDates.ofSubmissions(zone: zone, in: session)
        for table in DerivedTable.all {
            try await session.execute(Statement("DROP TABLE IF EXISTS \(table.name)"))
            try await session.execute(
                Statement("CREATE TABLE \(table.name) AS\n\(dates.spell(table.query))\nORDER BY \(table.order)"))
        }
    }
}
