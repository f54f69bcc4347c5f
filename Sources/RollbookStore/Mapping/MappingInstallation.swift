import RollbookModel

/// Puts views over a platform's tables in the place of a store's own record tables, and back.
///
/// Each step is one transaction: a store has its own tables or the views, and never something between.
public struct MappingInstallation: Sendable {
    private let migrator: Migrator

    /// Makes an installation.
    ///
    /// - Parameter migrator: what makes the store; what it has made beside the record tables is removed and made again.
    public init(_ migrator: Migrator) { self.migrator = migrator }

    /// Makes the views. What was derived from earlier records stays until the next refresh.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` where the store holds records of its own, `rejectedRecords` where a
    ///   SELECT does not yield its table's columns, `notReady` where there is no store; what the engine throws.
    public func apply(_ mapping: RecordMapping, on engine: any Engine) async throws -> StoreState {
        try await engine.write(deadline: .none) { session in
            let log = try await readLog(in: session)
            let isMapped = try await StoreState.recordsAreMapped(in: session)
            if !isMapped { try await refuseOwnRecords(in: session) }
            let tables = try await describe(mapping, in: session)
            if isMapped {
                try await makeViews(tables, replacing: true, in: session)
            } else {
                _ = try await migrator.removeRepeatables(log, in: session)
                for table in RecordTable.allCases.reversed() {
                    try await session.execute(Statement("DROP TABLE \(table.rawValue)"))
                }
                try await makeViews(tables, replacing: false, in: session)
                _ = try await migrator.makeRepeatables(in: session)
            }
            try await AppliedMapping.record(mapping, in: session)
            return try await advance(isMapped: true, recordsChanged: false, in: session)
        }
    }

    /// Makes the store's own tables again, empty.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` where the records are not mapped, `notReady` where there is no
    ///   store; what the engine throws.
    public func remove(on engine: any Engine) async throws -> StoreState {
        try await engine.write(deadline: .none) { session in
            let log = try await readLog(in: session)
            guard try await StoreState.recordsAreMapped(in: session) else {
                throw RollbookError(.invalidArgument, "the records of this store are its own; no mapping is applied")
            }
            _ = try await migrator.removeRepeatables(log, in: session)
            for table in RecordTable.allCases.reversed() {
                try await session.execute(Statement("DROP VIEW \(table.rawValue)"))
            }
            for statement in Migration.recordTables(for: migrator.dialect) {
                try await session.execute(Statement(statement))
            }
            _ = try await migrator.makeRepeatables(in: session)
            try await AppliedMapping.forget(in: session)
            return try await advance(isMapped: false, recordsChanged: true, in: session)
        }
    }

    private func readLog(in session: any WriteSession) async throws -> MigrationLog {
        guard let log = try await MigrationLog.read(in: session), migrator.stands(log) else {
            throw RollbookError(.notReady, "the store is missing or not of this version: run rollbook migrate up")
        }
        _ = try await StoreState.read(in: session)
        return log
    }

    private func refuseOwnRecords(in session: any WriteSession) async throws {
        for table in RecordTable.allCases {
            let found = try await session.query(
                Statement("SELECT count(*) AS rows FROM (SELECT 1 FROM \(table.rawValue) LIMIT 1) t"))
            guard found.first().integer == 0 else {
                throw RollbookError(
                    .invalidArgument,
                    "the store holds \(table.rawValue) of its own, which a mapping would replace: nothing was changed; map"
                        + " the records of an empty store (rollbook migrate down --to 0 --discard-records empties this one)"
                )
            }
        }
    }

    private func describe(_ mapping: RecordMapping, in session: any WriteSession) async throws -> [MappedTable] {
        let description = MappingDescription(session: session)
        let ownPath = try await description.usePlatformPath()
        var tables: [MappedTable] = []
        for table in RecordTable.allCases {
            do {
                let found = try await description.describe(table, of: mapping)
                if let finding = found.findings.first { throw refusal(finding.words, table, of: mapping) }
                tables.append(found.table)
            } catch let error as RollbookError where error.code == .engineFailure {
                throw refusal(MappingCheck.words(error), table, of: mapping)
            }
        }
        try await description.use(path: ownPath)
        return tables
    }

    private func refusal(_ words: String, _ table: RecordTable, of mapping: RecordMapping) -> RollbookError {
        RollbookError(
            .rejectedRecords, "\(mapping.place(of: table)): \(table.rawValue): \(words)", subject: mapping.file)
    }

    /// The platform's tables are found where everybody finds them; ours are named with their schema.
    private func makeViews(_ tables: [MappedTable], replacing: Bool, in session: any WriteSession) async throws {
        let description = MappingDescription(session: session)
        let ownPath = try await description.usePlatformPath()
        for table in tables {
            let name = "\(ownPath).\(table.table.rawValue)"
            try await session.execute(
                Statement(
                    "CREATE \(replacing ? "OR REPLACE " : "")VIEW \(name) AS\n"
                        + table.query { "\(ownPath).\($0.rawValue)" }))
        }
        try await description.use(path: ownPath)
    }

    private func advance(
        isMapped: Bool, recordsChanged: Bool, in session: any WriteSession
    ) async throws -> StoreState {
        try await session.execute(Statement("UPDATE store_state SET records_are_mapped = \(isMapped)"))
        let zone = try await StoreState.read(in: session).zone
        return try await StoreState.advance(
            in: session, dialect: migrator.dialect, zone: zone, recordsChanged: recordsChanged)
    }
}
