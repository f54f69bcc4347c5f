import RollbookModel

/// What stands beside the tables and can be made anew.
extension Migrator {
    /// The functions first: everything else may use them. They are replaced where they stand, never removed for it.
    var standing: [RepeatableMigration] {
        [RepeatableMigration(name: "functions", up: dialect.prelude, down: [])] + repeatables.filter { !$0.up.isEmpty }
    }

    /// Whether everything stands as it is defined here.
    func stands(_ log: MigrationLog?) -> Bool {
        log.map {
            $0.standing.map(\.name) == standing.map(\.name) && $0.standing.map(\.checksum) == standing.map(\.checksum)
        }
            ?? false
    }

    /// Removes everything, in reverse order and by the words of those who made it.
    ///
    /// - Returns: what was removed.
    func removeRepeatables(_ log: MigrationLog, in session: any WriteSession) async throws -> [String] {
        if dialect.storage == .maintained, log.version > 0 {
            // Who asks now would wait for the new tables with a snapshot in which they are empty.
            try await session.execute(Statement("LOCK TABLE store_state IN ACCESS EXCLUSIVE MODE"))
        }
        let unrecorded = repeatables.filter(\.up.isEmpty).flatMap(\.down)
        let recorded = log.standing.reversed().filter { !$0.removal.isEmpty }
        for statement in unrecorded + recorded.flatMap(\.removal) {
            try await session.execute(Statement(statement))
        }
        try await MigrationLog.record([RepeatableMigration](), in: session)
        // What the views held went with them.
        if log.version > 0 { try await session.execute(Statement("DELETE FROM view_state")) }
        return recorded.map(\.name)
    }

    /// Makes everything.
    ///
    /// - Returns: what was made.
    func makeRepeatables(in session: any WriteSession) async throws -> [String] {
        for statement in standing.flatMap(\.up) { try await session.execute(Statement(statement)) }
        try await MigrationLog.record(standing, in: session)
        return standing.map(\.name)
    }

    /// Derives from the records what was made empty; a store that was there before is another one afterwards.
    func fill(isNew: Bool, in session: any WriteSession) async throws {
        if isNew {
            try await dialect.storage.derived.bringUpToDate(zone: .utc, in: session)
        } else {
            let state = try await StoreState.read(in: session)
            _ = try await StoreState.advance(
                in: session, dialect: dialect, zone: state.zone, recordsChanged: true)
        }
    }

    /// - Throws: ``RollbookError`` with `invalidArgument` where one of the statements drops a table that holds rows of which
    ///   the store has no other copy.
    func refuseLoss(by statements: [String], in session: any WriteSession) async throws {
        for table in RecordTable.allCases.map(\.rawValue) + ["source_keys", "source_memory"]
        where statements.contains("DROP TABLE \(table)") {
            let rows = try await session.query(
                Statement("SELECT count(*) AS rows FROM (SELECT 1 FROM \(table) LIMIT 1) t"))
            if rows.first().integer == 0 { continue }
            throw RollbookError(
                .invalidArgument,
                "\(table) holds records, and this would drop it: nothing was undone; pass --discard-records to lose them",
                subject: "discard-records")
        }
    }
}
