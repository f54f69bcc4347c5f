import Rollbook
import RollbookImport
import RollbookModel
import RollbookStore

/// What imports do, on every engine.
public enum ImportConformance {
    /// All checks.
    public static let checks: [ConformanceCheck] =
        mergeChecks + removalChecks + identifierChecks + rejectChecks + oneRosterChecks + concurrencyChecks
}

/// What the checks of imports say often.
extension ImportConformance {
    /// A check on a warehouse with an empty store.
    static func check(
        _ name: String, _ body: @escaping @Sendable (Warehouse) async throws -> Void
    ) -> ConformanceCheck {
        ConformanceCheck(on: name) { engine in
            try await body(
                Warehouse(engine: engine, configuration: WarehouseConfiguration(queryTimeout: nil)))
        }
    }

    /// A student or teacher as cells.
    static func person(_ id: Value, _ first: String = "Ada", _ last: String = "Byron") -> [Value] {
        [id, .text(first), .text(last)]
    }

    /// Students whose ids are numbers.
    static func students(_ ids: some Sequence<Int64>, origin: String = "rows", first: String = "Ada") -> RowSource {
        RowSource(origin: origin, tables: [(.students, ids.map { person(.integer($0), first) })])
    }

    /// Fails unless a table has so many records.
    static func expectCount(_ count: Int64, of table: RecordTable, in warehouse: Warehouse) async throws {
        let found = try await warehouse.status().tables.first { $0.table == table }?.count
        try expect(found, is: count, "records of \(table.rawValue)")
    }
}

extension LoadOutcome {
    /// What happened to the records of the first table: inserted, updated, unchanged, removed.
    var firstChange: [Int64] {
        tables.first.map { [$0.inserted, $0.updated, $0.unchanged, $0.removed] } ?? []
    }
}
