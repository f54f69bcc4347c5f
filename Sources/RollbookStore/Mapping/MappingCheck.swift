public import RollbookModel

/// Looks at what a mapping yields: whether its columns are a record table's, which values cannot be stored, and which
/// references name nothing.
public struct MappingCheck: Sendable {
    /// The mapping.
    public let mapping: RecordMapping

    /// Prepares a check.
    public init(_ mapping: RecordMapping) { self.mapping = mapping }

    /// Runs the check. Each table is looked at by itself, so that one that fails hides nothing of the others.
    ///
    /// - Parameter progress: is told of each table before it is looked at.
    /// - Throws: what the engine throws where it cannot be asked; what it says of a SELECT is a finding.
    public func run(
        on engine: any Engine, progress: @Sendable (RecordTable) async -> Void = { _ in }
    ) async throws -> MappingReport {
        var report = MappingReport()
        var described: [RecordTable: MappedTable] = [:]
        for table in RecordTable.allCases {
            guard
                let found = try await attempt(
                    table, on: engine, in: &report,
                    {
                        try await MappingDescription(session: $0).describe(table, of: mapping)
                    })
            else { continue }
            report.findings += found.findings
            if found.findings.isEmpty { described[table] = found.table }
        }
        for table in RecordTable.allCases {
            guard let counted = described[table].flatMap({ RecordCheck(table: $0, beside: described) }) else {
                continue
            }
            await progress(table)
            if let (count, findings) = try await attempt(
                table, on: engine, in: &report, { try await counted.run(in: $0) })
            {
                report.tables.append(count)
                report.findings += findings
            }
        }
        return report
    }

    /// Runs `body` in a snapshot of its own; where the server refuses what it asks, that is a finding.
    private func attempt<T: Sendable>(
        _ table: RecordTable, on engine: any Engine, in report: inout MappingReport,
        _ body: @Sendable (any ReadSession) async throws -> T
    ) async throws -> T? {
        do {
            return try await engine.read(deadline: .none) { session in
                try await MappingDescription(session: session).usePlatformPath()
                return try await body(session)
            }
        } catch let error as RollbookError where error.code == .engineFailure {
            report.findings.append(MappingFinding(table, nil, .failing, Self.words(error)))
            return nil
        }
    }

    /// What the server says of a statement's text is told; what it says of values is not.
    static func words(_ error: RollbookError) -> String {
        guard let words = error.engineMessage, let colon = words.firstRange(of: ": ") else { return error.message }
        let (state, message) = (words[..<colon.lowerBound], words[colon.upperBound...])
        switch state {
        case "42501": return "\(message): grant SELECT on it to the user that applies the mapping"
        case _ where state.hasPrefix("42") || state.hasPrefix("3F"): return String(message)
        default: return "the SELECT fails while it runs (SQLSTATE \(state))"
        }
    }
}
