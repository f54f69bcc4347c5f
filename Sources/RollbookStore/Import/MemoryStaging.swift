public import RollbookModel

/// The temporary table in which what a source wants remembered waits until its records have been merged.
struct MemoryStaging: Sendable {
    private let session: any WriteSession
    private let dialect: Dialect
    private var count: Int64 = 0

    init(session: any WriteSession, dialect: Dialect) async throws {
        self.session = session
        self.dialect = dialect
        try await session.execute(
            Statement(
                """
                CREATE TEMPORARY TABLE staged_memory (
                    position bigint, topic \(dialect.textType), source_id \(dialect.textType),
                    value \(dialect.textType))
                """))
    }

    /// Appends entries.
    mutating func stage(_ entries: [SourceMemory.Entry]) async throws {
        let positions = (count..<count + Int64(entries.count)).map(\.self)
        count += Int64(entries.count)
        try await session.append(
            ColumnBlock(
                table: "staged_memory",
                columns: [
                    .numbers(positions), .batch(.texts(entries.map(\.topic))),
                    .batch(.texts(entries.map(\.sourceIdentifier))), .batch(.texts(entries.map(\.value))),
                ], count: entries.count))
    }

    /// Brings the entries into the store's memory; what is known as it is is left alone.
    ///
    /// - Parameter replaces: whether what is not said again on a topic that the source speaks of is forgotten.
    func merge(origin: String, replaces: Bool) async throws {
        try await session.analyze("staged_memory", as: dialect)
        try await session.execute(
            Statement(
                """
                DELETE FROM staged_memory s WHERE EXISTS (
                    SELECT 1 FROM staged_memory l
                    WHERE l.topic = s.topic AND l.source_id = s.source_id AND l.position > s.position)
                """))
        let sameThing = "s.topic = m.topic AND s.source_id = m.source_id"
        if replaces {
            try await session.execute(
                Statement(
                    """
                    DELETE FROM source_memory m
                    WHERE m.origin = :origin AND m.topic IN (SELECT topic FROM staged_memory)
                        AND NOT EXISTS (SELECT 1 FROM staged_memory s WHERE \(sameThing))
                    """, ["origin": .text(origin)]))
        }
        try await session.execute(
            Statement(
                """
                DELETE FROM source_memory m
                WHERE m.origin = :origin AND EXISTS (
                    SELECT 1 FROM staged_memory s WHERE \(sameThing) AND s.value <> m.value)
                """, ["origin": .text(origin)]))
        try await session.execute(
            Statement(
                """
                INSERT INTO source_memory (origin, topic, source_id, value)
                SELECT :origin, s.topic, s.source_id, s.value FROM staged_memory s
                WHERE NOT EXISTS (SELECT 1 FROM source_memory m WHERE m.origin = :origin AND \(sameThing))
                """, ["origin": .text(origin)]))
        try await session.execute(Statement("DROP TABLE staged_memory"))
    }
}

extension SourceMemory {
    /// Reads what the store keeps for the sources of an origin.
    ///
    /// - Throws: what the session throws.
    public static func read(of origin: String, in session: any ReadSession) async throws -> SourceMemory {
        let found = try await session.query(
            Statement(
                "SELECT topic, source_id, value FROM source_memory WHERE origin = :origin",
                ["origin": .text(origin)]))
        return SourceMemory(
            (0..<found.rowCount).lazy.compactMap { row in
                let cells = found.row(row)
                guard let topic = cells[0].text, let id = cells[1].text, let value = cells[2].text else { return nil }
                return Entry(topic: topic, sourceIdentifier: id, value: value)
            })
    }
}
