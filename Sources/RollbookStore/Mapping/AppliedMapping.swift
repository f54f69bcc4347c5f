public import RollbookModel

/// The mapping whose views stand in the place of a store's own record tables.
public struct AppliedMapping: Sendable {
    /// The mapping, as it was applied.
    public let mapping: RecordMapping
    /// When it was applied.
    public let appliedAt: Instant

    /// Reads it; nil where the records are the store's own.
    ///
    /// - Throws: what the session throws.
    public static func read(in session: any ReadSession) async throws -> AppliedMapping? {
        guard try await StoreState.recordsAreMapped(in: session) else { return nil }
        let found = try await session.query(Statement("SELECT file, text, applied_at FROM record_mapping"))
        guard let file = found.first("file").text, let text = found.first("text").text,
            let appliedAt = found.first("applied_at").instant
        else { return nil }
        return AppliedMapping(mapping: try RecordMapping(parsing: text, file: file), appliedAt: appliedAt)
    }

    static func record(_ mapping: RecordMapping, in session: any WriteSession) async throws {
        try await forget(in: session)
        try await session.execute(
            Statement(
                "INSERT INTO record_mapping (file, text, applied_at) VALUES (:file, :text, :applied_at)",
                ["file": .text(mapping.file), "text": .text(mapping.text), "applied_at": .instant(.now)]))
    }

    static func forget(in session: any WriteSession) async throws {
        try await session.execute(Statement("DELETE FROM record_mapping"))
    }

    /// - Throws: ``RollbookError`` with `invalidArgument` where the records are mapped, so that there are no tables to
    ///   `deed` something into.
    static func refuse(_ deed: String, in session: any ReadSession) async throws {
        guard try await StoreState.recordsAreMapped(in: session) else { return }
        throw RollbookError(
            .invalidArgument,
            "the records of this store are a platform's, by a mapping: \(deed); rollbook mapping remove makes it a store with"
                + " records of its own")
    }
}

extension Migration {
    /// The statements that make the record tables.
    static func recordTables(for dialect: Dialect) -> [String] {
        let names = Set(RecordTable.allCases.map(\.rawValue))
        return all(for: dialect).flatMap(\.up).filter { statement in
            statement.firstMatch(of: /(?:TABLE|ON) ([a-z_]+)/).map { names.contains(String($0.output.1)) } ?? false
        }
    }
}
