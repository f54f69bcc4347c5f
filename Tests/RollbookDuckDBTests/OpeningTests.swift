import Foundation
import Rollbook
import RollbookDuckDB
import Testing

@Suite struct Opening {
    @Test func aNewDatabaseHoldsAnEmptyStore() async throws {
        let engine = try await DuckDBEngine(DuckDBConfiguration(path: nil))
        let status = try await Warehouse(engine: engine).status()
        #expect(status.state.dataVersion == 0)
        #expect(status.tables.allSatisfy { $0.count == 0 })
        #expect(status.views.allSatisfy { $0.asOf == nil })
    }
}
