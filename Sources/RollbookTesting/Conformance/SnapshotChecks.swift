import RollbookModel
import RollbookStore

extension EngineConformance {
    /// What is read together belongs together.
    static let snapshotChecks: [ConformanceCheck] = [
        ConformanceCheck(on: "a session reads one state, whatever is written meanwhile") { engine in
            try await makeVersionRow(on: engine)
            try await engine.read(deadline: .none) { session in
                let before = try await version(in: session)
                try await bump(engine)
                try expect(try await version(in: session), is: before, "version row, read again")
                try expect(try await StoreState.read(in: session).dataVersion, is: before, "data version")
            }
            try expect(
                try await engine.read(deadline: .none) { try await version(in: $0) }, is: 1, "version row, read later")
        },
        ConformanceCheck(on: "the state that stamps a result is the one that its rows were read in") { engine in
            try await makeVersionRow(on: engine)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for _ in 0..<60 { try await bump(engine) } }
                for _ in 0..<300 {
                    group.addTask {
                        let stamped = try await engine.query(versionRow, deadline: .none)
                        try expect(
                            stamped.result.first().integer, is: stamped.state.dataVersion, "version row and its stamp")
                        try expect(stamped.servedBy.name.isEmpty, is: false, "who answered")
                    }
                }
                try await group.waitForAll()
            }
            try expect(try await engine.state().dataVersion, is: 60, "data version at the end")
        },
        ConformanceCheck(on: "versions that one asker sees never go back") { engine in
            try await makeVersionRow(on: engine)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for _ in 0..<30 { try await bump(engine) } }
                for _ in 0..<8 {
                    group.addTask {
                        var last: Int64 = 0
                        while last < 30 {
                            let stamped = try await engine.query(versionRow, deadline: .none).state.dataVersion
                            let stated = try await engine.state().dataVersion
                            try expect(stamped >= last && stated >= stamped, is: true, "\(last), \(stamped), \(stated)")
                            last = stated
                        }
                    }
                }
                try await group.waitForAll()
            }
        },
        ConformanceCheck(on: "a failed transaction does not move the state") { engine in
            try await makeVersionRow(on: engine)
            try await expectFailure(.invalidArgument, "the body's own error") {
                try await engine.write(deadline: .none) { session in
                    _ = try await StoreState.advance(
                        in: session, dialect: engine.dialect, zone: .utc, recordsChanged: false)
                    throw RollbookError(.invalidArgument, "on purpose")
                }
            }
            try expect(try await engine.state().dataVersion, is: 0, "state")
            try expect(
                try await engine.query(versionRow, deadline: .none).state.dataVersion, is: 0, "stamp")
        },
    ]

    private static let versionRow = Statement("SELECT version FROM version_row")

    private static func version(in session: any ReadSession) async throws -> Int64 {
        try await session.query(versionRow).first().integer ?? -1
    }

    private static func makeVersionRow(on engine: any Engine) async throws {
        try await engine.write(deadline: .none) { session in
            try await session.execute(Statement("CREATE TABLE version_row (version bigint)"))
            try await session.execute(Statement("INSERT INTO version_row (version) VALUES (0)"))
        }
    }

    /// Moves the row and the store's state together.
    private static func bump(_ engine: any Engine) async throws {
        try await engine.write(deadline: .none) { session in
            try await session.execute(Statement("UPDATE version_row SET version = version + 1"))
            _ = try await StoreState.advance(in: session, dialect: engine.dialect, zone: .utc, recordsChanged: false)
        }
    }
}
