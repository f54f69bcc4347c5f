import Rollbook
import RollbookDuckDB
import RollbookModel
import RollbookStore
import RollbookTesting
import Testing

@Suite("A mapping that is applied")
struct MappingInstallationTests {
    @Test("can be shown, replaced, removed and applied again")
    func again() async throws {
        try await withPlatform { platform in
            let warehouse = platform.warehouse
            let mapping = try Platform.mapping
            #expect(try await warehouse.appliedMapping() == nil)
            try await warehouse.applyMapping(mapping)
            _ = try await warehouse.refresh()
            #expect(try await warehouse.appliedMapping()?.mapping == mapping)
            #expect(try await Self.rows(warehouse) > 0)

            // Readers keep what the last refresh found until the next one.
            let fewer = try Platform.mapping(with: [
                .materialSubmissions:
                    "SELECT id, student_id, material_id, created_at AS submitted_at FROM materials_materialsubmission LIMIT 1"
            ])
            let version = try await warehouse.state().dataVersion
            try await warehouse.applyMapping(fewer)
            #expect(try await warehouse.state().dataVersion == version + 1)
            #expect(try await Self.rows(warehouse) > 1)
            _ = try await warehouse.refresh()
            #expect(try await Self.rows(warehouse) == 1)

            try await warehouse.removeMapping()
            #expect(try await warehouse.appliedMapping() == nil)
            #expect(try await warehouse.status().tables.allSatisfy { $0.count == 0 })
            #expect(try await warehouse.state().dataAsOf == nil)
            #expect(try await Self.rows(warehouse) == 0)
            await #expect(throws: RollbookError.self) { try await warehouse.removeMapping() }

            try await warehouse.applyMapping(mapping)
            _ = try await warehouse.refresh()
            #expect(try await Self.rows(warehouse) > 1)
        }
    }

    @Test("makes way for own tables that take imports, with all their keys and indexes")
    func ownTables() async throws {
        try await withPlatform { platform in
            let objects = """
                SELECT string_agg(tablename || ' ' || indexdef, ', ' ORDER BY indexdef) FROM pg_indexes
                WHERE schemaname = 'rollbook'
                """
            let before = try await platform.value(objects)
            try await platform.warehouse.applyMapping(Platform.mapping)
            try await platform.warehouse.removeMapping()
            #expect(try await platform.value(objects) == before)
            let status = try await Migrator(of: platform.engine).status(on: platform.engine)
            #expect(status.allSatisfy { $0.state == .applied })
            _ = try await platform.warehouse.importRecords(from: HandSchool.records.source)
            #expect(try await platform.warehouse.status().tables.first?.count == 6)
        }
    }

    @Test("is refused where the store holds records of its own")
    func ownRecords() async throws {
        try await withPlatform { platform in
            _ = try await platform.warehouse.importRecords(from: HandSchool.records.source)
            let error = await #expect(throws: RollbookError.self) {
                try await platform.warehouse.applyMapping(Platform.mapping)
            }
            #expect(error?.code == .invalidArgument)
            #expect(error?.message.contains("the store holds students of its own") == true)
            #expect(try await platform.warehouse.status().tables.first?.count == 6)
        }
    }

    @Test("lets nothing be imported, and its store not be undone")
    func refusals() async throws {
        try await withPlatform { platform in
            try await platform.warehouse.applyMapping(Platform.mapping)
            let refused = await #expect(throws: RollbookError.self) {
                try await platform.warehouse.importRecords(from: HandSchool.records.source)
            }
            #expect(refused?.message.contains("there is nothing to import") == true)
            let undone = await #expect(throws: RollbookError.self) {
                try await Migrator(of: platform.engine).down(on: platform.engine, to: 0, discardsRecords: true)
            }
            #expect(undone?.message.contains("rollbook mapping remove") == true)
            #expect(try await Migrator(of: platform.engine).up(on: platform.engine).made.isEmpty)
        }
    }

    @Test("needs a store, and an engine that keeps tables beside a platform's")
    func engines() async throws {
        try await withPlatform { platform in
            try await Migrator(of: platform.engine).down(on: platform.engine, to: 0)
            let error = await #expect(throws: RollbookError.self) {
                try await platform.warehouse.applyMapping(Platform.mapping)
            }
            #expect(error?.code == .notReady, "\(String(describing: error))")
        }
        let engine = try await DuckDBEngine(DuckDBConfiguration(path: nil))
        let error = await #expect(throws: RollbookError.self) {
            _ = try await Warehouse(engine: engine).checkMapping(Platform.mapping)
        }
        #expect(error?.code == .invalidArgument)
        await engine.close()
    }

    @Test("leaves the platform's passwords to nobody: readers need no right on its tables")
    func roles() async throws {
        try await withPlatform { platform in
            try await platform.warehouse.applyMapping(Platform.mapping)
            let role = "rollbook_test_reader_\(UInt32.random(in: 0 ... .max))"
            await #expect(throws: RollbookError.self) {
                try await platform.engine.write(deadline: .none) { session in
                    try await session.execute(Statement("CREATE ROLE \(role)"))
                    try await session.execute(Statement("GRANT USAGE ON SCHEMA rollbook TO \(role)"))
                    try await session.execute(Statement("GRANT SELECT ON ALL TABLES IN SCHEMA rollbook TO \(role)"))
                    try await session.execute(Statement("SET LOCAL ROLE \(role)"))
                    let found = try await session.query(Statement("SELECT count(*) AS rows FROM students"))
                    #expect(found.first() == .integer(12))
                    _ = try await session.query(Statement("SELECT password FROM public.accounts_user"))
                }
            }
        }
    }

    /// The material submissions that the reports know.
    private static func rows(_ warehouse: Warehouse) async throws -> Int64 {
        let question = try Question(
            report: "engagement-trend", parameters: ["by": "month", "days": "3650", "as_of": "2026-07-01T00:00:00Z"])
        let table = try await warehouse.answer(question).table
        let column = table.columns.firstIndex { $0.name == "submission_count" } ?? 0
        return table.rows.compactMap { $0[column].integer }.reduce(0, +)
    }
}
