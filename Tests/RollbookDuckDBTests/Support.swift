import Rollbook
import RollbookDuckDB
import RollbookModel
import RollbookStore
import Testing

/// A warehouse over DuckDB in memory.
func memoryWarehouse() async throws -> Warehouse {
    Warehouse(engine: try await DuckDBEngine(DuckDBConfiguration(path: nil, threads: 2)))
}

/// A student or teacher as cells.
func person(_ id: Value, _ first: String = "Ada", _ last: String = "Byron") -> [Value] {
    [id, .text(first), .text(last)]
}

/// Expects a failure with a code; gives the error for a closer look.
@discardableResult
func expectRollbookError(
    _ code: RollbookError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async -> RollbookError? {
    let error = await #expect(throws: RollbookError.self, sourceLocation: sourceLocation) { try await body() }
    #expect(error?.code == code, "\(error?.message ?? "")", sourceLocation: sourceLocation)
    return error
}
