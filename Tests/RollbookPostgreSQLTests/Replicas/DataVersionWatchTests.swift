import RollbookModel
import RollbookPostgreSQL
import RollbookStore
import Testing

@testable import Rollbook

@Suite("What a server knows of the store's state")
struct DataVersionWatchTests {
    /// Another process on the same database.
    private func another(_ engine: PostgresEngine) async throws -> PostgresEngine {
        let url = try await TestDatabase.url(of: engine)
        return PostgresEngine(try PostgresConfiguration(primary: PostgresAddress(url)))
    }

    @Test("what another process tells is looked into at once, and by all who wait together")
    func announced() async throws {
        try await TestDatabase.withStore { engine in
            let (writer, reader) = (Warehouse(engine: engine), Warehouse(engine: try await another(engine)))
            for _ in 0..<5 {
                _ = try await reader.state()
                let written = try await writer.refresh().dataVersion
                let state = try await writer.state()
                reader.watch.announced(state.dataState)
                let seen = try await withThrowingTaskGroup(of: StoreState.self) { group in
                    for _ in 0..<50 { group.addTask { try await reader.state() } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(seen.allSatisfy { $0.dataVersion == written })
                #expect(reader.currentState == state)
            }
            await reader.close()
        }
    }

    @Test("what is told and not true changes nothing")
    func untrue() async throws {
        try await TestDatabase.withStore { engine in
            let warehouse = Warehouse(engine: engine)
            let state = try await warehouse.state()
            for told in [
                DataState(storeID: "other", version: 1, mark: "x"),
                DataState(storeID: state.storeID, version: .max, mark: "x"), DataState(version: .min),
            ] {
                warehouse.watch.announced(told)
                #expect(try await warehouse.state() == state)
                #expect(warehouse.currentState == state)
            }
        }
    }

    @Test("who looks after the state knows it without asking, and sees another process's change by itself")
    func kept() async throws {
        try await TestDatabase.withStore { engine in
            let (writer, reader) = (Warehouse(engine: engine), Warehouse(engine: try await another(engine)))
            let watch = Task { await reader.keepWatch() }
            try await until("it is known") { reader.currentState != nil }
            let written = try await writer.refresh().dataVersion
            try await until("it is seen") { reader.currentDataVersion == written }
            watch.cancel()
            await watch.value
            await reader.close()
        }
    }
}
