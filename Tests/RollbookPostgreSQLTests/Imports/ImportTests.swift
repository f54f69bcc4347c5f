import Rollbook
import RollbookImport
import RollbookModel
import RollbookPostgreSQL
import RollbookStore
import RollbookTesting
import Testing

/// Imports beside readers and other imports, and imports whose server process ends.
@Suite("Imports on PostgreSQL")
struct ImportTests {
    @Test("one whose server process is killed leaves nothing, and the next one works")
    func killed() async throws {
        try await TestDatabase.withStore { engine in
            let warehouse = Warehouse(engine: engine)
            let url = try await TestDatabase.url(of: engine)
            let killer = InterruptedSource(source: HandSchool.records.source) {
                try await TestDatabase.run(["SELECT pg_terminate_backend(pid) FROM (\(Self.writers)) w"], on: url)
            }
            try await expectFailure(.unavailable) { _ = try await warehouse.importRecords(from: killer) }
            #expect(try await warehouse.status().tables.allSatisfy { $0.count == 0 })
            #expect(try await warehouse.state().dataVersion == 0)
            let outcome = try await warehouse.importRecords(from: HandSchool.records.source)
            #expect(outcome.state.dataVersion == 1)
        }
    }

    @Test("a cancelled one leaves nothing, and the next one works")
    func cancelled() async throws {
        try await TestDatabase.withStore { engine in
            let warehouse = Warehouse(engine: engine)
            let source = InterruptedSource(source: HandSchool.records.source) {
                try await Task.sleep(for: .seconds(600))
            }
            let load = Task { _ = try await warehouse.importRecords(from: source) }
            let url = try await TestDatabase.url(of: engine)
            try await until("the import's transaction is open") { try await openTransactions(url) > 0 }
            load.cancel()
            await #expect(throws: (any Error).self) { try await load.value }
            try await until("it is open no more") { try await openTransactions(url) == 0 }
            #expect(try await warehouse.importRecords(from: HandSchool.records.source).state.dataVersion == 1)
        }
    }

    @Test("those of two processes come one after the other, and none is lost")
    func twoProcesses() async throws {
        try await TestDatabase.withStore { engine in
            let address = try PostgresAddress(try await TestDatabase.url(of: engine))
            let other = PostgresEngine(try PostgresConfiguration(primary: address))
            let warehouses = [Warehouse(engine: engine), Warehouse(engine: other)]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in 1...10 {
                    group.addTask {
                        let student: [Value] = [.integer(Int64(id)), .text("Ada"), .text("Byron")]
                        _ = try await warehouses[id % 2].importRecords(
                            from: RowSource(tables: [(.students, [student])]))
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await warehouses[1].status().tables.first?.count == 10)
            let state = try await engine.read(deadline: .none) { try await StoreState.read(in: $0) }
            #expect(state.dataVersion == 10)
            await other.close()
        }
    }

    @Test("readers do not wait for one that has merged and derived everything and is not stored yet")
    func readersBeside() async throws {
        try await TestDatabase.withStore { engine in
            let warehouse = Warehouse(engine: engine)
            _ = try await warehouse.importRecords(from: HandSchool.records.source)
            _ = try await warehouse.refresh(asOf: HandSchool.asOf)
            let before = try await answers(warehouse)
            let grown = RowSource(tables: [(.students, [[.integer(99), .text("Grace"), .text("Hopper")]])])
            try await engine.write(deadline: .none) { session in
                let loader = try await RecordLoader(
                    session: session, dialect: engine.dialect, options: LoadOptions(origin: "rows", zone: .utc),
                    onReject: { _ in })
                try await grown.read(into: LoaderSink(loader: loader))
                #expect(try await loader.finish().state.dataVersion == 3)
                #expect(try await answers(warehouse) == before)
            }
            #expect(try await warehouse.state().dataVersion == 3)
        }
    }

    /// Every report that needs no parameter, and every view.
    private func answers(_ warehouse: Warehouse) async throws -> [AnswerTable] {
        var tables: [AnswerTable] = []
        let asOf = ["as_of": HandSchool.asOf.description]
        for name in ["top-performers", "student-engagement", "class-trends", "engagement-trend"] {
            tables.append(try await warehouse.answer(Question(report: name, parameters: asOf)).table)
        }
        for view in ViewCatalogue.all { tables.append(try await warehouse.answer(Question(view: view.name)).table) }
        return tables
    }

    /// The server processes in whose transactions records are being written.
    private static let writers = """
        SELECT pid FROM pg_locks
        WHERE relation = to_regclass('rollbook.store_state') AND mode = 'ExclusiveLock' AND granted
        """

    private func openTransactions(_ url: String) async throws -> Int {
        let found = try await ServerCommand.run(
            "psql", ["-At", "-c", "SELECT count(*) FROM (\(Self.writers)) w", url])
        return try #require(Int(found))
    }
}

/// A source that does something when it has handed over everything, with the import's transaction open.
private struct InterruptedSource: RecordSource {
    let source: RowSource
    let interrupt: @Sendable () async throws -> Void

    var origin: String { source.origin }
    var coverage: SourceCoverage { source.coverage }
    var tables: [RecordTable] { source.tables }

    func read(into sink: any RecordSink) async throws {
        try await source.read(into: sink)
        try await interrupt()
    }
}

/// Hands records to a loader.
private struct LoaderSink: RecordSink {
    let loader: RecordLoader

    func receive(_ batch: RecordBatch) async throws { try await loader.stage(batch) }
    func receive(parquet file: ParquetFile) async throws {}
    func remove(_ identifiers: [SourceIdentifier], from table: RecordTable) async throws {}
    func remember(_ entries: [SourceMemory.Entry]) async throws {}
    func reject(_ record: RejectedRecord) async throws {}
    func note(_ note: SourceNote) async {}
    func progress(_ progress: ReadProgress) async {}
}
