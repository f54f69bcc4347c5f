import Foundation
import Rollbook
import RollbookImport
import RollbookModel
import RollbookStore
import RollbookTesting
import Testing

/// The Django platform of the examples, in the database of an engine, beside an empty store.
struct Platform {
    let engine: any Engine
    let warehouse: Warehouse

    /// The mapping that the example ships.
    static var mapping: RecordMapping {
        get throws { try RecordMapping(parsing: text("mapping.sql"), file: "mapping.sql") }
    }

    /// A file of the example.
    static func text(_ name: String) throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Examples/django")
        return try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    /// Turns a school into the platform's rows, by the files that the example ships.
    init(of school: some RecordSource, on engine: any Engine) async throws {
        self.engine = engine
        warehouse = Warehouse(engine: engine)
        // The store's own tables hold the school for the moment in which it is copied.
        _ = try await warehouse.importRecords(from: school)
        for name in ["schema.sql", "school/staging.sql"] { try await run(Self.text(name)) }
        for table in RecordTable.allCases {
            let columns = table.columns.map(\.name).joined(separator: ", ")
            try await run(
                "INSERT INTO staging.\(table.rawValue) (\(columns)) SELECT \(columns) FROM rollbook.\(table.rawValue)")
        }
        for name in ["school/fill.sql", "indexes.sql"] { try await run(Self.text(name)) }
        let migrator = Migrator(of: engine)
        try await migrator.down(on: engine, to: 0, discardsRecords: true)
        try await migrator.up(on: engine)
    }

    /// Runs statements where the platform has its tables, in one transaction.
    func run(_ text: String) async throws {
        try await engine.write(deadline: .none) { session in
            try await session.execute(Statement("SET LOCAL search_path = public"))
            for statement in text.split(separator: ";\n").map(String.init) where Self.isStatement(statement) {
                try await session.execute(Statement(statement))
            }
        }
    }

    /// Whether there is more to it than comments and the bounds of a transaction.
    private static func isStatement(_ text: String) -> Bool {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("--") }
        return !lines.isEmpty && lines != ["BEGIN"] && lines != ["COMMIT"] && lines != ["COMMIT;"]
    }

    /// The shipped mapping with other SELECTs for some tables.
    static func mapping(with selections: [RecordTable: String]) throws -> RecordMapping {
        let shipped = try mapping
        let text = RecordTable.allCases.map { table in
            "-- rollbook: \(table.rawValue)\n\(selections[table] ?? shipped.selections[table]?.sql ?? "")\n"
        }
        return try RecordMapping(parsing: text.joined(), file: "other.sql")
    }

    /// A value that a statement finds in the store or the platform's tables.
    func value(_ query: String) async throws -> Value {
        try await engine.read(deadline: .none) { try await $0.query(Statement(query)).first() }
    }
}

/// Lends a platform that is made of a small school.
func withPlatform(_ body: @Sendable (Platform) async throws -> Void) async throws {
    try await postgreSQL.withEngine { engine in
        try await tellingAll {
            let end = try #require(CalendarDate(parsing: "2026-06-26"))
            let school = try GeneratedSchool(students: 12, seed: 3, endsOn: end, submissionsPerStudent: 20)
            try await body(Platform(of: DistinctTeachers(school), on: engine))
        }
    }
}

/// A school whose teachers share no id with its students, as users of one platform do not.
struct DistinctTeachers: RecordSource {
    let school: GeneratedSchool
    var origin: String { school.origin }
    var coverage: SourceCoverage { school.coverage }
    var tables: [RecordTable] { school.tables }

    init(_ school: GeneratedSchool) { self.school = school }

    func read(into sink: any RecordSink) async throws { try await school.read(into: Moving(sink: sink)) }

    private struct Moving: RecordSink {
        let sink: any RecordSink

        func receive(_ batch: RecordBatch) async throws {
            var batch = batch
            for (index, column) in batch.table.columns.enumerated() {
                let isTeacher =
                    column.type == .reference(.teachers) || (batch.table == .teachers && column.type == .key)
                guard isTeacher, case .identifiers(let ids, let texts) = batch.columns[index] else { continue }
                batch.columns[index] = .identifiers(ids.map { $0.map { $0 + 1_000_000_000 } }, texts: texts)
            }
            try await sink.receive(batch)
        }

        func receive(parquet file: ParquetFile) async throws { try await sink.receive(parquet: file) }
        func remove(_ identifiers: [SourceIdentifier], from table: RecordTable) async throws {
            try await sink.remove(identifiers, from: table)
        }
        func remember(_ entries: [SourceMemory.Entry]) async throws { try await sink.remember(entries) }
        func reject(_ record: RejectedRecord) async throws { try await sink.reject(record) }
        func note(_ note: SourceNote) async { await sink.note(note) }
        func progress(_ progress: ReadProgress) async { await sink.progress(progress) }
    }
}
