import RollbookModel

/// Brings a store's layout to where this program needs it, or back, and says where it is.
///
/// Each of its steps is one transaction under the engine's lock of writers, in which it looks at what is there: two
/// processes at once are safe, and the second finds nothing to do.
public struct Migrator: Sendable {
    let dialect: Dialect
    let migrations: [Migration]
    /// What stands beside the tables, in order: the engine's functions, what the store derives, and what the caller gave.
    let repeatables: [RepeatableMigration]

    /// Makes a migrator.
    ///
    /// - Parameter repeatables: what stands in the database beside the store's own tables, in the order in which it is made.
    public init(dialect: Dialect, repeatables: [RepeatableMigration] = []) {
        self.init(dialect: dialect, migrations: Migration.all(for: dialect), repeatables: repeatables)
    }

    package init(dialect: Dialect, migrations: [Migration], repeatables: [RepeatableMigration]) {
        self.dialect = dialect
        self.migrations = migrations
        self.repeatables = DerivedTable.repeatables(for: dialect) + repeatables
    }

    /// What a run did.
    public struct Outcome: Sendable {
        /// What was made, in order.
        public internal(set) var made: [String] = []
        /// What was removed, in order.
        public internal(set) var removed: [String] = []
        /// The number of the store's newest migration afterwards; 0 where there is no store.
        public internal(set) var version: Int
    }

    private var newest: Int { migrations.last?.number ?? 0 }

    /// Applies the migrations up to a number, by default all; at the newest, what stands beside the tables is made where it
    /// is missing, and made anew where its definition has changed. What is as it should be is left alone.
    ///
    /// - Throws: ``RollbookError`` with `notReady` where the database holds somebody else's tables, or a migration that this
    ///   program does not know or knows otherwise; `invalidArgument` for a number that there is not; what the engine throws.
    @discardableResult public func up(on engine: any Engine, to number: Int? = nil) async throws -> Outcome {
        let target = try checked(number ?? newest)
        return try await engine.write(deadline: .none) { try await up(in: $0, to: target) }
    }

    /// Undoes the migrations above a number, newest first, after what stands beside the tables.
    ///
    /// - Parameter discardsRecords: whether tables go that hold records.
    /// - Throws: as ``up(on:to:)``; ``RollbookError`` with `invalidArgument` where records would be lost unasked.
    @discardableResult public func down(
        on engine: any Engine, to number: Int, discardsRecords: Bool = false
    ) async throws -> Outcome {
        let target = try checked(number)
        return try await engine.write(deadline: .none) { session in
            guard let log = try await readLog(in: session) else { return Outcome(version: 0) }
            return try await down(in: session, from: log, to: target, discardsRecords: discardsRecords)
        }
    }

    /// Makes the store in a database that holds nothing; leaves every other as it is.
    ///
    /// - Throws: ``RollbookError`` with `notReady` where there is something that is not this program's store.
    package func makeStore(on engine: any Engine) async throws {
        try await engine.write(deadline: .none) { session in
            if try await MigrationLog.read(in: session) == nil { _ = try await up(in: session, to: newest) }
            _ = try await StoreState.read(in: session)
        }
    }

    private func checked(_ number: Int) throws -> Int {
        guard (0...newest).contains(number) else {
            throw RollbookError(
                .invalidArgument,
                "there is no migration \(number): they go from 1 to \(newest), and 0 is before the first",
                subject: "to")
        }
        return number
    }

    /// The store's log.
    ///
    /// - Throws: ``RollbookError`` with `notReady` where it names a migration that is not known, or known otherwise.
    private func readLog(in session: any ReadSession) async throws -> MigrationLog? {
        guard let log = try await MigrationLog.read(in: session) else { return nil }
        for applied in log.applied {
            let words = "migration \(applied.number) (\(applied.name)) of the store"
            guard let known = migrations.first(where: { $0.number == applied.number }) else {
                throw RollbookError(
                    .notReady,
                    "\(words) is not known here: a newer Rollbook made it, and only a newer one can change it")
            }
            guard known.checksum == applied.checksum else {
                throw RollbookError(
                    .notReady,
                    "\(words) is not the one that this Rollbook has, and a released migration never changes: use the"
                        + " Rollbook that made the store, or make a new database and import the sources again")
            }
        }
        return log
    }

    private func up(in session: any WriteSession, to target: Int) async throws -> Outcome {
        let log = try await readLog(in: session)
        let version = log?.version ?? 0
        let pending = migrations.filter { $0.number > version && $0.number <= target }
        var outcome = Outcome(version: max(version, target))
        guard !pending.isEmpty || (outcome.version == newest && !stands(log)) else { return outcome }
        if let log {
            outcome.removed = try await removeRepeatables(log, in: session)
        } else {
            for statement in dialect.prelude { try await session.execute(Statement(statement)) }
            try await MigrationLog.create(in: session, dialect: dialect)
        }
        for migration in pending {
            for statement in migration.up { try await session.execute(Statement(statement)) }
            try await MigrationLog.record(migration, in: session)
            outcome.made.append("\(migration.number) \(migration.name)")
        }
        try await setVersion(outcome.version, in: session)
        if outcome.version == newest {
            outcome.made += try await makeRepeatables(in: session)
            try await fill(isNew: log == nil, in: session)
        }
        return outcome
    }

    private func down(
        in session: any WriteSession, from log: MigrationLog, to target: Int, discardsRecords: Bool
    ) async throws -> Outcome {
        let undone = migrations.filter { $0.number > target && $0.number <= log.version }.reversed()
        guard !undone.isEmpty || target == 0 else { return Outcome(version: log.version) }
        if log.version > 0 { try await AppliedMapping.refuse("they cannot be undone with it", in: session) }
        if !discardsRecords { try await refuseLoss(by: undone.flatMap(\.down), in: session) }
        var outcome = Outcome(version: target)
        outcome.removed = try await removeRepeatables(log, in: session)
        for migration in undone {
            for statement in migration.down { try await session.execute(Statement(statement)) }
            try await MigrationLog.forget(migration, in: session)
            outcome.removed.append("\(migration.number) \(migration.name)")
        }
        if target > 0 {
            try await setVersion(target, in: session)
        } else {
            try await MigrationLog.drop(in: session)
            for statement in dialect.preludeRemoval { try await session.execute(Statement(statement)) }
        }
        return outcome
    }

    /// What a question compares with the number that it was written for.
    private func setVersion(_ version: Int, in session: any WriteSession) async throws {
        try await session.execute(
            Statement("UPDATE store_state SET schema_version = :version", ["version": .integer(Int64(version))]))
    }
}
