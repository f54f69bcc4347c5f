public import RollbookModel

extension Migrator {
    /// Where a migration of the program or of the store stands.
    public struct Entry: Sendable {
        /// What there is to say of it.
        public enum State: String, Sendable {
            /// It stands as this program has it.
            case applied
            /// It is not there yet.
            case pending
            /// The store has it otherwise: a numbered one is refused, another is made anew.
            case changed
            /// The store has it, this program does not.
            case unknown
        }

        /// Its number; nil for what stands beside the tables.
        public let number: Int?
        /// What it makes.
        public let name: String
        /// Where it stands.
        public let state: State
        /// When it was applied, where it was.
        public let appliedAt: Instant?
    }

    /// Every migration of this program and of the store, in order.
    ///
    /// - Throws: ``RollbookError`` with `notReady` in a database of somebody else's tables; what the engine throws.
    public func status(on engine: any Engine) async throws -> [Entry] {
        let log = try await engine.read(deadline: .none) { try await MigrationLog.read(in: $0) }
        let applied = log?.applied ?? []
        let standing = log?.standing ?? []
        let numbered = migrations.map { migration in
            let found = applied.first { $0.number == migration.number }
            return Entry(
                number: migration.number, name: migration.name,
                state: Self.state(found?.checksum, here: migration.checksum), appliedAt: found?.appliedAt)
        }
        let newer = applied.filter { found in !migrations.contains { $0.number == found.number } }.map { found in
            Entry(number: found.number, name: found.name, state: .unknown, appliedAt: found.appliedAt)
        }
        let repeatable = self.standing.map { repeatable in
            let found = standing.first { $0.name == repeatable.name }
            return Entry(
                number: nil, name: repeatable.name, state: Self.state(found?.checksum, here: repeatable.checksum),
                appliedAt: found?.appliedAt)
        }
        let others = standing.filter { found in !self.standing.contains { $0.name == found.name } }.map { found in
            Entry(number: nil, name: found.name, state: .unknown, appliedAt: found.appliedAt)
        }
        return numbered + newer + repeatable + others
    }

    private static func state(_ recorded: String?, here checksum: String) -> Entry.State {
        recorded.map { $0 == checksum ? .applied : .changed } ?? .pending
    }
}
