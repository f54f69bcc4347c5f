import RollbookModel
import RollbookStore

/// What every engine must do, as one suite: each engine's tests run all of it.
///
///     @Test(arguments: EngineConformance.checks)
///     func conforms(_ check: ConformanceCheck) async throws { try await check.run(maker) }
public enum EngineConformance {
    /// All checks.
    public static let checks: [ConformanceCheck] =
        typeChecks + parameterChecks + transactionChecks + snapshotChecks + stoppingChecks + admissionChecks
        + failureChecks + portableSQLChecks + bookkeepingChecks + jobChecks
        + jobWorkChecks
}

extension EngineConformance {
    /// The state of what is stored, and its size.
    static let failureChecks: [ConformanceCheck] = [
        ConformanceCheck(on: "a new store has version 0, no newest record and universal time") { engine in
            let state = try await engine.state()
            try expect(state.dataVersion, is: 0, "data version")
            try expect(state.dataAsOf, is: nil, "newest record")
            try expect(state.zone, is: .utc, "zone")
        },
        ConformanceCheck(on: "a statement that cannot be understood fails, and its values stay out of the message") {
            engine in
            let secret = "Xanthippe"
            let statements = [
                Statement("SELEKT :name", ["name": .text(secret)]),
                Statement("SELECT missing_column FROM students WHERE first_name = :name", ["name": .text(secret)]),
                Statement("SELECT id FROM no_such_table WHERE first_name = :name", ["name": .text(secret)]),
                Statement("SELECT CAST(CAST(:name AS varchar(20)) AS bigint) AS number", ["name": .text(secret)]),
            ]
            for statement in statements {
                let error = try await expectFailure(.engineFailure, statement.text) {
                    _ = try await engine.query(statement, deadline: .none)
                }
                try expect(error.description.contains(secret), is: false, "a value stands in the message")
                try expect(error.engineMessage == nil, is: false, "the engine's own words are lost")
            }
        },
        ConformanceCheck(on: "a parameter without a value fails and names itself") { engine in
            let error = try await expectFailure(.engineFailure, "missing binding") {
                _ = try await engine.query(Statement("SELECT :missing AS a"), deadline: .none)
            }
            try expect(error.message.contains("missing"), is: true, "the message names the parameter")
        },
        ConformanceCheck(on: "after a failure the connection answers again") { engine in
            for _ in 0..<8 {
                try await expectFailure(.engineFailure, "bad statement") {
                    _ = try await engine.query(Statement("SELECT nothing_there"), deadline: .none)
                }
            }
            try await expect(Statement("SELECT 1 AS one"), gives: [[.integer(1)]], on: engine)
        },
        ConformanceCheck(on: "a size in bytes is not negative, where there is one") { engine in
            if let bytes = try await engine.storedBytes() { try expect(bytes >= 0, is: true, "\(bytes) bytes") }
        },
        ConformanceCheck(on: "a closed engine refuses") { engine in
            await engine.close()
            try await expectFailure(.unavailable, "query after close") {
                _ = try await engine.query(Statement("SELECT 1 AS one"), deadline: .none)
            }
        },
    ]
}
