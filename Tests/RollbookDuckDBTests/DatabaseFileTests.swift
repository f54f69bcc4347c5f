import Foundation
import Rollbook
import RollbookDuckDB
import RollbookModel
import RollbookStore
import RollbookTesting
import Testing

@Suite("A DuckDB file")
struct DatabaseFileTests {
    @Test("keeps records, views and version when it is opened again")
    func reopen() async throws {
        try await withScratchFolder { folder in
            let path = folder + "/school.duckdb"
            let before = try await withWarehouse(path) { warehouse in
                _ = try await warehouse.importRecords(from: HandSchool.records.source)
                _ = try await warehouse.refresh(asOf: HandSchool.asOf)
                #expect(try await warehouse.status().bytes ?? 0 > 0)
                return try await warehouse.answer(Question(view: "subject_performance"))
            }
            try await withWarehouse(path) { warehouse in
                let after = try await warehouse.answer(Question(view: "subject_performance"))
                #expect(after.table == before.table)
                #expect(after.provenance.dataVersion == before.provenance.dataVersion)
            }
        }
    }

    @Test("that holds something else is refused, and stays as it is")
    func notADatabase() async throws {
        try await withScratchFolder { folder in
            let path = folder + "/notes.duckdb"
            let content = Data(String(repeating: "no database at all\n", count: 2000).utf8)
            try content.write(to: URL(fileURLWithPath: path))
            let error = await expectRollbookError(.unreadableSource) {
                _ = try await DuckDBEngine(DuckDBConfiguration(path: path))
            }
            #expect(error?.message.contains(path) == true)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
        }
    }

    @Test("in a folder that is not there is refused")
    func noFolder() async throws {
        await expectRollbookError(.unreadableSource) {
            _ = try await DuckDBEngine(DuckDBConfiguration(path: "/no/such/folder/school.duckdb"))
        }
    }

    @Test("of another schema is refused with both versions")
    func otherSchema() async throws {
        try await withScratchFolder { folder in
            let path = folder + "/school.duckdb"
            let engine = try await DuckDBEngine(DuckDBConfiguration(path: path))
            try await engine.write(deadline: .none) { session in
                _ = try await session.execute(Statement("UPDATE store_state SET schema_version = 99"))
            }
            await engine.close()
            let error = await expectRollbookError(.notReady) {
                _ = try await DuckDBEngine(DuckDBConfiguration(path: path))
            }
            #expect(error?.message.contains("schema 99") == true)
            #expect(error?.message.contains("knows \(Migration.newest)") == true)
        }
    }

    @Test("that another process has open is refused, and the message says by which process")
    func secondProcess() async throws {
        let program = Bundle.main.bundleURL.deletingLastPathComponent().appendingPathComponent("rollbook").path
        let candidates = [program, FileManager.default.currentDirectoryPath + "/.build/debug/rollbook"]
        let built = candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let built, try run(built, ["info", "--help"]).output.contains("--database") else {
            print("skipped: no built rollbook with an info command stands beside the tests")
            return
        }
        try await withScratchFolder { folder in
            let path = folder + "/school.duckdb"
            let engine = try await DuckDBEngine(DuckDBConfiguration(path: path))
            let (status, output) = try run(built, ["info", "--database", path])
            #expect(status != 0)
            #expect(output.contains("open in another process"))
            await engine.close()
        }
    }

    @Test("a memory limit that is too small for a query fails it, and the engine goes on")
    func memoryLimit() async throws {
        try await withScratchFolder { folder in
            let engine = try await DuckDBEngine(
                DuckDBConfiguration(
                    path: folder + "/school.duckdb", memoryLimit: "40MB", temporaryDirectory: "", threads: 1))
            try await engine.write(deadline: .none) { session in
                _ = try await session.execute(Statement("CREATE TABLE numbers (n bigint)"))
                try await session.append(
                    ColumnBlock(table: "numbers", columns: [.numbers(Array(0..<2000))], count: 2000))
            }
            let greedy = Statement(
                """
                SELECT count(*) AS n FROM (
                    SELECT a.n AS a, b.n AS b, count(*) AS n FROM numbers a CROSS JOIN numbers b GROUP BY 1, 2) t
                """)
            await expectRollbookError(.outOfResources) { _ = try await engine.query(greedy, deadline: .none) }
            let count = try await engine.query(Statement("SELECT count(*) AS n FROM numbers"), deadline: .none)
            #expect(count.result.first() == .integer(2000))
            await engine.close()
        }
    }

    @Test("a setting that DuckDB does not take is named")
    func badSetting() async throws {
        let error = await expectRollbookError(.invalidArgument) {
            _ = try await DuckDBEngine(DuckDBConfiguration(path: nil, memoryLimit: "a lot"))
        }
        #expect(error?.subject == "memory_limit")
    }

    private func withWarehouse<T>(_ path: String, _ body: (Warehouse) async throws -> T) async throws -> T {
        let warehouse = Warehouse(engine: try await DuckDBEngine(DuckDBConfiguration(path: path)))
        let value = try await body(warehouse)
        await warehouse.close()
        return value
    }

    private func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}

/// Runs with the path of a new, empty folder, which is gone afterwards.
func withScratchFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}
