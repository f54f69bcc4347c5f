public import RollbookModel
public import RollbookStore

/// Runs a report on an engine: looks ids up, runs the one statement, and makes an answer of what comes home.
public struct ReportRunner: Sendable {
    private let engine: any Engine

    /// Makes a runner for an engine.
    public init(engine: any Engine) { self.engine = engine }

    /// Replaces ids that sources gave by the ids that the store knows them by.
    ///
    /// - Throws: ``RollbookError`` with `notFound`; what the engine throws.
    public func lookUpIdentifiers(of request: ReportRequest, deadline: Deadline) async throws -> ReportRequest {
        var request = request
        for (index, pair) in request.arguments.enumerated() {
            guard case .identifier(let table) = pair.parameter.kind,
                case .identifier(.text(let text)) = pair.argument
            else { continue }
            let statement = Statement(
                "SELECT id FROM \(table.rawValue) WHERE source_id = :source_id", ["source_id": .text(text)])
            guard let id = try await engine.query(statement, deadline: deadline).result.first().integer else {
                throw Self.notFound(pair.parameter, table)
            }
            request.arguments[index].argument = .identifier(.number(id))
        }
        return request
    }

    /// Answers a request whose ids have been looked up.
    ///
    /// - Throws: ``RollbookError`` with `notFound` for an id that does not exist; what the engine throws.
    public func answer(_ request: ReportRequest, deadline: Deadline) async throws -> Answer {
        let clock = ContinuousClock()
        let start = clock.now
        let stamped = try await run(request, deadline: deadline)
        var shaped = try Self.shape(stamped.result, for: request)
        if shaped.totalCount == 0 {
            try await checkExistence(of: request, deadline: deadline)
            if request.offset > 0, stamped.result.names.contains("total_count") {
                let counted = try await firstRow(of: request, deadline: deadline)
                // A commit in between: the page and its total would be of two states.
                guard counted.dataState == stamped.state.dataState else {
                    return try await answer(request, deadline: deadline)
                }
                shaped.totalCount = counted.totalCount
            }
        }
        let provenance = Provenance(
            report: request.report.name, parameters: request.printed, policy: request.policy, asOf: request.asOf,
            dataState: stamped.state.dataState, dataAsOf: stamped.state.dataAsOf, generatedAt: .now,
            servedBy: stamped.servedBy.name, replicaLagSeconds: stamped.servedBy.replicaLagSeconds,
            executionTimeMilliseconds: start.duration(to: clock.now) / .milliseconds(1))
        let table = AnswerTable(columns: request.report.columns.map(\.definition), rows: shaped.rows)
        return Answer(
            provenance: provenance, table: table, totalCount: shaped.totalCount, limit: Int64(request.limit),
            offset: Int64(request.offset), summary: shaped.summary)
    }

    /// Runs the report's statement, with the local dates of the request's zone.
    private func run(_ request: ReportRequest, deadline: Deadline) async throws -> StampedResult {
        let bindings = try request.bindings()
        let zone = request.policy.timeZone
        let assumed = try await engine.state()
        let window = request.window
        let text = { (stored: Zone) in
            stored == zone
                ? request.report.sql
                : DerivedTable.shadowed(request.report.sql, zone: zone, span: window.from..<window.until)
        }
        let stamped = try await engine.query(Statement(text(assumed.zone), bindings), deadline: deadline)
        if stamped.state.zone == assumed.zone { return stamped }
        // A load that changed the stored zone came in between.
        return try await engine.query(Statement(text(stamped.state.zone), bindings), deadline: deadline)
    }

    private static func shape(_ result: QueryResult, for request: ReportRequest) throws -> ShapedRows {
        if let shape = request.report.shape { return try shape(result, request) }
        let rows = try result.rows(as: request.report.columns)
        if result.names.contains("total_count") {
            return ShapedRows(rows: rows, totalCount: result.first("total_count").integer ?? 0)
        }
        return request.page(of: rows)
    }

    /// An empty page behind the last row says nothing of how many there are: the first row is asked.
    private func firstRow(
        of request: ReportRequest, deadline: Deadline
    ) async throws -> (totalCount: Int64, dataState: DataState) {
        var first = request
        for (index, pair) in request.arguments.enumerated() {
            if pair.parameter.name == "offset" { first.arguments[index].argument = .integer(0) }
            if pair.parameter.name == "limit" { first.arguments[index].argument = .integer(1) }
        }
        let stamped = try await run(first, deadline: deadline)
        return (try Self.shape(stamped.result, for: first).totalCount, stamped.state.dataState)
    }

    private func checkExistence(of request: ReportRequest, deadline: Deadline) async throws {
        for (parameter, argument) in request.arguments {
            guard case .identifier(let table) = parameter.kind, case .identifier(.number(let id)) = argument else {
                continue
            }
            let statement = Statement(
                "SELECT count(*) AS found FROM \(table.rawValue) WHERE id = :id", ["id": .integer(id)])
            if try await engine.query(statement, deadline: deadline).result.first().integer == 0 {
                throw Self.notFound(parameter, table)
            }
        }
    }

    private static func notFound(_ parameter: ParameterDefinition, _ table: RecordTable) -> RollbookError {
        RollbookError(
            .notFound, "\(parameter.name): there is no such record among the \(table.rawValue)", subject: parameter.name
        )
    }
}
