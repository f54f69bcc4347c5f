public import RollbookModel
public import RollbookStore

/// Reads a summary view as an answer.
public struct ViewReader: Sendable {
    private let engine: any Engine

    /// The most rows of a page.
    public static let mostRows = 10_000
    /// The rows of a page where no number is given.
    public static let standardRows = 1_000

    /// Makes a reader for an engine.
    public init(engine: any Engine) { self.engine = engine }

    /// Reads a page of a view, in the order of its key, as the last refresh left it.
    ///
    /// Where the caller's definitions are not those of the refresh, the same query counts the present records with the
    /// caller's, for the refresh's instant: the numbers always agree with the policy printed beside them.
    ///
    /// - Throws: ``RollbookError`` with `notReady` where the view has never been filled; what the engine throws.
    public func answer(
        _ view: SummaryView, policy: Policy, limit: Int, offset: Int, deadline: Deadline
    ) async throws -> Answer {
        let clock = ContinuousClock()
        let start = clock.now
        let page = try await engine.read(deadline: deadline) { session in
            try await readPage(of: view, policy: policy, limit: limit, offset: offset, in: session)
        }
        let provenance = Provenance(
            report: view.name,
            parameters: Self.parameters(limit: limit, offset: offset),
            policy: policy, asOf: page.asOf, dataState: page.state.dataState,
            dataAsOf: page.state.dataAsOf, generatedAt: .now, servedBy: page.servedBy.name,
            replicaLagSeconds: page.servedBy.replicaLagSeconds,
            executionTimeMilliseconds: start.duration(to: clock.now) / .milliseconds(1))
        let table = AnswerTable(columns: view.columns.map(\.definition), rows: try page.result.rows(as: view.columns))
        return Answer(
            provenance: provenance, table: table, totalCount: page.totalCount, limit: Int64(limit),
            offset: Int64(offset))
    }

    /// The parameters of a page, as answers print them.
    public static func parameters(limit: Int, offset: Int) -> [NamedValue] {
        [NamedValue("limit", .integer(Int64(limit))), NamedValue("offset", .integer(Int64(offset)))]
    }

    private struct Page: Sendable {
        let result: QueryResult
        let totalCount: Int64
        let state: StoreState
        let asOf: Instant
        let servedBy: ServedBy
    }

    private func readPage(
        of view: SummaryView, policy: Policy, limit: Int, offset: Int, in session: any ReadSession
    ) async throws -> Page {
        let state = try await StoreState.read(in: session)
        let status = try await ViewStatus.all(in: session).first { $0.view == view.name }
        guard let status, let asOf = status.asOf else {
            throw RollbookError(.notReady, "\(view.name) has never been filled; refresh first", subject: view.name)
        }
        let isStored = status.policy == policy.countedPart
        let source = isStored ? view.name : "(\(view.sql)\n) AS recounted"
        var bindings = ViewRefresh(asOf: asOf, policy: policy).bindings
        bindings["limit"] = .integer(Int64(limit))
        bindings["offset"] = .integer(Int64(offset))
        let total =
            isStored
            ? status.rowCount
            : try await session.query(Statement("SELECT count(*) AS rows FROM \(source)", bindings)).first().integer
                ?? 0
        let key = view.key.joined(separator: ", ")
        let result = try await session.query(
            Statement("SELECT * FROM \(source) ORDER BY \(key) LIMIT :limit OFFSET :offset", bindings))
        return Page(result: result, totalCount: total, state: state, asOf: asOf, servedBy: session.servedBy)
    }
}
