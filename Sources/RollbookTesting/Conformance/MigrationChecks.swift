import Rollbook
import RollbookModel
import RollbookStore

extension EngineConformance {
    /// Making, changing and undoing a store; for engines on databases that hold nothing yet, not even a store.
    public static let migrationChecks: [ConformanceCheck] = layoutChecks + refusalChecks + repeatableChecks

    private static let layoutChecks: [ConformanceCheck] = [
        ConformanceCheck(on: "a database without a store says how to make one") { engine in
            for fails in [
                { _ = try await engine.state() },
                { _ = try await engine.query(Statement("SELECT 1 AS one"), deadline: .none) },
            ] {
                let error = try await expectFailure(.notReady, "a question without a store", fails)
                try expect(error.message.contains("rollbook migrate up"), is: true, error.message)
            }
        },
        ConformanceCheck(on: "up makes the store, and finds nothing to do the second time") { engine in
            let migrator = Migrator(dialect: engine.dialect)
            let before = try await migrator.status(on: engine)
            try expect(before.allSatisfy { $0.state == .pending && $0.appliedAt == nil }, is: true, "all pending")
            let first = try await migrator.up(on: engine)
            try expect(first.made.first, is: "1 state", "what was made first")
            let second = try await migrator.up(on: engine)
            try expect(second.made + second.removed, is: [], "what was done the second time")
            let after = try await migrator.status(on: engine)
            try expect(after.allSatisfy { $0.state == .applied && $0.appliedAt != nil }, is: true, "all applied")
            try expect(try await engine.state().dataVersion, is: 0, "data version")
        },
        ConformanceCheck(on: "up, down and up again give the same tables; after down nothing is left") { engine in
            let migrator = Migrator(dialect: engine.dialect)
            try await migrator.up(on: engine)
            let made = try await columns(of: engine)
            let down = try await migrator.down(on: engine, to: 0)
            try expect(down.removed.suffix(2), is: ["2 records", "1 state"], "what was removed last")
            try expect(try await columns(of: engine), is: [], "what is left")
            try await migrator.up(on: engine)
            try expect(try await columns(of: engine), is: made, "the tables afterwards")
        },
        ConformanceCheck(on: "the tables of the records have the columns that records have") { engine in
            try await Migrator(dialect: engine.dialect).up(on: engine)
            let found = try await columns(of: engine)
            for table in RecordTable.allCases {
                let own = table.columns.map { "\($0.name) \($0.isOptional ? "YES" : "NO")" }
                let expected = own + (table.hasKey ? ["source_id YES"] : []) + ["origin NO"]
                let names = found.filter { $0.hasPrefix(table.rawValue + " ") }.map {
                    $0.split(separator: " ")[1...2].joined(separator: " ")
                }
                try expect(names.sorted(), is: expected.sorted(), table.rawValue)
            }
        },
        ConformanceCheck(on: "a store of an older layout says what to do, takes no records, and goes on after up") {
            engine in
            let migrator = Migrator(dialect: engine.dialect)
            try await migrator.up(on: engine, to: 1)
            let error = try await expectFailure(.notReady, "an older store") { _ = try await engine.state() }
            try expect(error.message.contains("schema 1") && error.message.contains("migrate up"), is: true, "words")
            try await expectFailure(.notReady, "an import") { try await load(1, into: engine) }
            try expect(try await migrator.up(on: engine).made.first, is: "2 records", "what was made")
            try await load(1, into: engine)
        },
        ConformanceCheck(on: "several that go up at once make the store once") { engine in
            let migrator = Migrator(dialect: engine.dialect)
            let made = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 { group.addTask { try await migrator.up(on: engine).made.isEmpty ? 0 : 1 } }
                return try await group.reduce(0, +)
            }
            try expect(made, is: 1, "runs that made something")
        },
        ConformanceCheck(on: "a migration that fails leaves everything as it was") { engine in
            let bad = Migration(
                number: Migration.newest + 1, name: "bad",
                up: ["CREATE TABLE half (n bigint)", "INSERT INTO no_such_table VALUES (1)"],
                down: [])
            let migrator = Migrator(
                dialect: engine.dialect, migrations: Migration.all(for: engine.dialect) + [bad], repeatables: [])
            try await expectFailure(.engineFailure, "a bad migration") { try await migrator.up(on: engine) }
            try expect(try await columns(of: engine), is: [], "what is left")
            try await Migrator(dialect: engine.dialect).up(on: engine)
        },
    ]

    private static let refusalChecks: [ConformanceCheck] = [
        ConformanceCheck(on: "a migration with another text is refused, and named") { engine in
            let migrator = Migrator(dialect: engine.dialect)
            try await migrator.up(on: engine)
            try await change(engine, "UPDATE schema_migrations SET checksum = 'other' WHERE number = 2")
            for run in [{ _ = try await migrator.up(on: engine) }, { _ = try await migrator.down(on: engine, to: 0) }] {
                let error = try await expectFailure(.notReady, "a changed migration", run)
                try expect(error.message.contains("migration 2 (records)"), is: true, error.message)
            }
            try expect(try await migrator.status(on: engine)[1].state, is: .changed, "status")
        },
        ConformanceCheck(on: "a newer program's migration is refused, and named") { engine in
            let newer = Migration(
                number: Migration.newest + 1, name: "notes", up: ["CREATE TABLE notes (n bigint)"],
                down: ["DROP TABLE notes"])
            let all = Migration.all(for: engine.dialect)
            try await Migrator(dialect: engine.dialect, migrations: all + [newer], repeatables: []).up(on: engine)
            let older = Migrator(dialect: engine.dialect)
            for run in [{ _ = try await older.up(on: engine) }, { _ = try await older.down(on: engine, to: 1) }] {
                let error = try await expectFailure(.notReady, "an unknown migration", run)
                try expect(error.message.contains("migration \(Migration.newest + 1) (notes)"), is: true, error.message)
            }
            try expect(
                try await older.status(on: engine).first { $0.number == Migration.newest + 1 }?.state, is: .unknown,
                "status")
            let error = try await expectFailure(.notReady, "a newer store") { _ = try await engine.state() }
            try expect(error.message.contains("newer"), is: true, error.message)
        },
        ConformanceCheck(on: "a number that there is not is refused") { engine in
            let migrator = Migrator(dialect: engine.dialect)
            for run in [
                { _ = try await migrator.up(on: engine, to: 99) }, { _ = try await migrator.down(on: engine, to: -1) },
            ] { try await expectFailure(.invalidArgument, "no such migration", run) }
        },
        ConformanceCheck(on: "records are not dropped unasked") { engine in
            let migrator = Migrator(dialect: engine.dialect)
            try await migrator.up(on: engine)
            try await load(1, into: engine)
            let error = try await expectFailure(.invalidArgument, "a loss") {
                try await migrator.down(on: engine, to: 1)
            }
            try expect(error.message.contains("students"), is: true, error.message)
            try expect(try await engine.state().dataVersion, is: 1, "data version")
            try await migrator.down(on: engine, to: 1, discardsRecords: true)
            try await migrator.up(on: engine)
            try expect(try await RecordCounts.total(on: engine), is: 0, "records")
            try expect(try await engine.state().dataVersion, is: 2, "data version: another store than the one before")
        },
        ConformanceCheck(on: "a database of somebody else's tables is left alone") { engine in
            // Where Rollbook's tables would stand.
            for statement in engine.dialect.prelude { try await change(engine, statement) }
            try await change(engine, "CREATE TABLE ours (n bigint)")
            let migrator = Migrator(dialect: engine.dialect)
            for run in [
                { _ = try await migrator.up(on: engine) }, { _ = try await migrator.down(on: engine, to: 0) },
                { _ = try await migrator.status(on: engine) },
            ] {
                let error = try await expectFailure(.notReady, "somebody else's tables", run)
                try expect(error.message.contains("somebody else"), is: true, error.message)
            }
            try expect(try await columns(of: engine).map { $0.prefix(4) }, is: ["ours"], "tables")
        },
    ]

    private static let repeatableChecks: [ConformanceCheck] = [
        ConformanceCheck(on: "what stands beside the tables is made in order, and anew when one of it has changed") {
            engine in
            try await migrator(engine, names: "first_name").up(on: engine)
            try await load(1, into: engine)
            try await expect(Statement("SELECT name FROM shouted"), gives: [[.text("Ada!")]], on: engine)
            try expect(
                try await migrator(engine, names: "first_name").up(on: engine).made, is: [], "what an equal one made")
            let changed = migrator(engine, names: "last_name")
            try expect(
                try await changed.status(on: engine).filter { $0.state == .changed }.map(\.name), is: ["names"],
                "status")
            let outcome = try await changed.up(on: engine)
            try expect(outcome.removed.prefix(2), is: ["shouted", "names"], "removed in reverse order")
            try expect(outcome.made.suffix(2), is: ["names", "shouted"], "made in order")
            try await expect(Statement("SELECT name FROM shouted"), gives: [[.text("Byron!")]], on: engine)
            try expect(try await engine.state().dataVersion, is: 2, "data version")
        },
        ConformanceCheck(on: "what a program no longer has is removed by the words of the one that made it") { engine in
            try await migrator(engine, names: "first_name").up(on: engine)
            let outcome = try await Migrator(dialect: engine.dialect).up(on: engine)
            try expect(outcome.removed.prefix(2), is: ["shouted", "names"], "removed")
            try await expectFailure(.engineFailure, "a view that is gone") {
                _ = try await engine.query(Statement("SELECT name FROM names"), deadline: .none)
            }
        },
        ConformanceCheck(on: "down removes what stands beside the tables before the tables") { engine in
            let migrator = migrator(engine, names: "first_name")
            try await migrator.up(on: engine)
            let outcome = try await migrator.down(on: engine, to: 1)
            try expect(outcome.removed.prefix(2), is: ["shouted", "names"], "removed first")
            try expect(try await migrator.up(on: engine).made.last, is: "shouted", "made again")
        },
    ]

    /// A migrator with two views, the second of which stands on the first.
    private static func migrator(_ engine: any Engine, names column: String) -> Migrator {
        Migrator(
            dialect: engine.dialect,
            repeatables: [
                RepeatableMigration(
                    name: "names", up: ["CREATE VIEW names AS SELECT \(column) AS name FROM students"],
                    down: ["DROP VIEW names"]),
                RepeatableMigration(
                    name: "shouted", up: ["CREATE VIEW shouted AS SELECT name || '!' AS name FROM names"],
                    down: ["DROP VIEW shouted"]),
            ])
    }

    /// Every column of the database: table, name, whether it may be empty, and type.
    private static func columns(of engine: any Engine) async throws -> [String] {
        let text = """
            SELECT table_name || ' ' || column_name || ' ' || is_nullable || ' ' || data_type AS text
            FROM information_schema.columns WHERE table_schema = current_schema()
            """
        let found = try await engine.read(deadline: .none) { try await $0.query(Statement(text)) }
        return (0..<found.rowCount).compactMap { found["text"]?[$0].text }.sorted()
    }

    private static func change(_ engine: any Engine, _ text: String) async throws {
        try await engine.write(deadline: .none) { _ = try await $0.execute(Statement(text)) }
    }

    /// Brings one student in.
    private static func load(_ id: Int64, into engine: any Engine) async throws {
        _ = try await Warehouse(engine: engine).importRecords(
            from: RowSource(tables: [(.students, [[.integer(id), .text("Ada"), .text("Byron")]])]))
    }
}

extension RecordCounts {
    /// The records of all tables.
    fileprivate static func total(on engine: any Engine) async throws -> Int64 {
        try await engine.read(deadline: .none) {
            try await all(of: RecordTable.allCases, in: $0).reduce(0) { $0 + $1.count }
        }
    }
}
