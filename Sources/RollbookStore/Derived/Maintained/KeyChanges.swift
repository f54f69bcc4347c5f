import RollbookModel

/// The students and teachers whose derived rows are no longer what their records say, in the temporary table `changed_keys`.
struct KeyChanges: Sendable {
    let session: any WriteSession
    let dates: LocalDates

    /// Compares the fingerprints of the present records with those that the derived rows were made of.
    ///
    /// - Returns: the sources in which some key is new, gone or differs.
    func find() async throws -> Set<String> {
        try await session.execute(
            Statement(
                "CREATE TEMPORARY TABLE found_fingerprints ON COMMIT DROP AS\n\(dates.spell(SQLFiles.fingerprints))"))
        try await session.execute(
            Statement(
                """
                CREATE TEMPORARY TABLE changed_keys ON COMMIT DROP AS
                SELECT coalesce(f.source, d.source) AS source, coalesce(f.key, d.key) AS key, f.fingerprint
                FROM found_fingerprints f
                FULL JOIN derived_fingerprints d ON d.source = f.source AND d.key = f.key
                WHERE f.fingerprint IS DISTINCT FROM d.fingerprint
                """))
        try await session.execute(Statement("ANALYZE changed_keys"))
        let sources = try await session.query(Statement("SELECT DISTINCT source FROM changed_keys"))
        return Set((0..<sources.rowCount).compactMap { sources["source"]?[$0].text })
    }

    /// Keeps the fingerprints of what the derived rows are made of by now.
    func record() async throws {
        try await session.execute(
            Statement(
                """
                DELETE FROM derived_fingerprints d USING changed_keys c WHERE c.source = d.source AND c.key = d.key
                """))
        try await session.execute(
            Statement(
                """
                INSERT INTO derived_fingerprints (source, key, fingerprint)
                SELECT source, key, fingerprint FROM changed_keys WHERE fingerprint IS NOT NULL
                """))
        try await session.execute(Statement("DROP TABLE changed_keys"))
        try await session.execute(Statement("DROP TABLE found_fingerprints"))
    }
}
