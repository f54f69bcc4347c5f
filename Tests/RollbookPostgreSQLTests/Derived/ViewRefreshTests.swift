import Rollbook
import RollbookModel
import RollbookPostgreSQL
import RollbookStore
import Synchronization
import Testing

@testable import RollbookTesting

@Suite("Refreshing views on PostgreSQL")
struct ViewRefreshTests {
    /// Whoever has any score passes, and whoever has not all points fails.
    private static let policies = [0, 10_000].map { Policy(passMark: FixedDecimal(units: $0, scale: 2)) }

    @Test("readers see all four views before it or all four after it, and never wait")
    func readThroughRefreshes() async throws {
        try await TestDatabase.withStore { engine in
            try await tellingAll {
                let warehouse = try await Self.filledWarehouse(on: engine)
                _ = try await warehouse.refresh(policy: Self.policies[0])
                let before = try await Self.sums(on: engine)
                let seen = Mutex<[[Int64]]>([])
                // While the refresh is under way: after each view that it has filled.
                _ = try await warehouse.refresh(policy: Self.policies[1]) { _ in
                    do {
                        let sums = try await Self.sums(on: engine)
                        seen.withLock { $0.append(sums) }
                    } catch { Issue.record(error) }
                }
                #expect(seen.withLock { $0 } == Array(repeating: before, count: ViewCatalogue.all.count))
                let after = try await Self.sums(on: engine)
                #expect(after != before)
                _ = try await warehouse.refresh(policy: Self.policies[0])
                try await Self.expectSums(before, on: engine)
            }
        }
    }

    @Test("readers who never stop see one state after the other")
    func readAllTheTime() async throws {
        try await TestDatabase.withStore { engine in
            let warehouse = try await Self.filledWarehouse(on: engine)
            var states: Set<[Int64]> = []
            for policy in Self.policies {
                _ = try await warehouse.refresh(policy: policy)
                states.insert(try await Self.sums(on: engine))
            }
            let allowed = states
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        for _ in 0..<150 {
                            let sums = try await Self.sums(on: engine)
                            #expect(allowed.contains(sums))
                        }
                    }
                }
                group.addTask {
                    for round in 0..<6 { _ = try await warehouse.refresh(policy: Self.policies[round % 2]) }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("one that is killed on its way leaves the old views, and the next one succeeds")
    func killed() async throws {
        try await TestDatabase.withStore { engine in
            let warehouse = try await Self.filledWarehouse(on: engine)
            _ = try await warehouse.refresh(policy: Self.policies[0])
            let before = try await Self.sums(on: engine)
            let version = try await warehouse.state().dataVersion
            await #expect(throws: RollbookError.self) {
                _ = try await warehouse.refresh(policy: Self.policies[1]) { outcome in
                    guard outcome.view == "student_grade_summary" else { return }
                    do { try await Self.killWriter(on: engine) } catch { Issue.record(error) }
                }
            }
            try await Self.expectSums(before, on: engine)
            let versionAfter = try await warehouse.state().dataVersion
            #expect(versionAfter == version)
            _ = try await warehouse.refresh(policy: Self.policies[1])
            let after = try await Self.sums(on: engine)
            #expect(after != before)
        }
    }

    @Test("one whose view cannot be counted leaves the old views")
    func failed() async throws {
        try await TestDatabase.withStore { engine in
            let warehouse = try await Self.filledWarehouse(on: engine)
            _ = try await warehouse.refresh(policy: Self.policies[0])
            let before = try await Self.sums(on: engine)
            // The last view but one, so that two have been filled.
            _ = try await engine.write(deadline: .none) { session in
                try await session.execute(Statement("ALTER MATERIALIZED VIEW subject_performance RENAME TO elsewhere"))
            }
            await #expect(throws: RollbookError.self) { _ = try await warehouse.refresh(policy: Self.policies[1]) }
            _ = try await engine.write(deadline: .none) { session in
                try await session.execute(Statement("ALTER MATERIALIZED VIEW elsewhere RENAME TO subject_performance"))
            }
            try await Self.expectSums(before, on: engine)
        }
    }

    /// A warehouse with a school in which somebody has some points and not all of them.
    private static func filledWarehouse(on engine: PostgresEngine) async throws -> Warehouse {
        let warehouse = Warehouse(engine: engine)
        _ = try await warehouse.importRecords(from: HandSchool.records.source)
        return warehouse
    }

    /// What the views say in one snapshot of which students pass: of all four, with what the refresh says of itself. A lock
    /// that somebody else holds fails at once.
    private static func sums(on engine: any Engine) async throws -> [Int64] {
        let text = """
            SELECT CAST(sum(passed_count) AS bigint) AS sum FROM student_grade_summary
            UNION ALL SELECT CAST(sum(passed_count) AS bigint) FROM class_progress_summary
            UNION ALL SELECT CAST(sum(below_count) AS bigint) FROM subject_performance
            UNION ALL SELECT CAST(sum(total_assignments) AS bigint) FROM teacher_workload
            UNION ALL SELECT pass_hundredths FROM view_parameters
            UNION ALL SELECT CAST(count(*) AS bigint) FROM view_state WHERE policy LIKE '0.00 %'
            """
        return try await engine.read(deadline: .none) { session in
            _ = try await session.query(Statement("SELECT set_config('lock_timeout', '1ms', true) AS setting"))
            let result = try await session.query(Statement(text))
            return (0..<result.rowCount).map { result["sum"]?[$0].integer ?? -1 }
        }
    }

    private static func expectSums(_ expected: [Int64], on engine: any Engine) async throws {
        let found = try await sums(on: engine)
        #expect(found == expected)
    }

    /// Ends the connection that holds the writers' lock.
    private static func killWriter(on engine: any Engine) async throws {
        let text = """
            SELECT pg_terminate_backend(pid) AS ended FROM pg_locks
            WHERE relation = CAST('store_state' AS regclass) AND mode = 'ExclusiveLock' AND granted
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """
        let ended = try await engine.read(deadline: .none) { try await $0.query(Statement(text)) }
        #expect(ended.first() == .boolean(true))
    }
}
