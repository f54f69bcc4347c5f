import Rollbook
import RollbookModel
import RollbookStore
import Synchronization

extension ImportConformance {
    /// Records that cannot be stored.
    static let rejectChecks: [ConformanceCheck] = [
        check("unknown ids and repeated keys are rejected with file, line, column and reason") { warehouse in
            let rejected = RejectedList()
            let source = RowSource(tables: [
                (
                    .students,
                    [person(.integer(1)), person(.integer(1), "Other"), person(.text("x")), person(.text("x"))]
                ),
                (.subjects, [[.integer(1), .text("Math")]]),
                (
                    .materials,
                    [
                        [.integer(1), .integer(9), .null, .text("A")],
                        [.integer(2), .integer(1), .text("nowhere"), .text("B")],
                        [.integer(3), .integer(1), .null, .text("C, \"quoted\"")],
                        [.text("m-4"), .text("x"), .null, .text("D, \"quoted\"")],
                    ]
                ),
            ])
            let outcome = try await warehouse.importRecords(
                from: source, options: ImportOptions(maximumRejects: 5),
                observer: ImportObserver(onReject: { rejected.add($0) }))
            try expect(outcome.rejected, is: 5, "rejected")
            try expect(
                rejected.records.map { "\($0.file):\($0.line) \($0.column ?? "") \($0.reason)" },
                is: [
                    "students.csv:3 id the key stands in the source already",
                    "students.csv:5 id the key stands in the source already",
                    "materials.csv:2 subject_id subject_id names none of the subjects",
                    "materials.csv:3 class_id class_id names none of the classes",
                    "materials.csv:5 subject_id subject_id names none of the subjects",
                ], "rejects")
            try expect(rejected.records.last?.record, is: "m-4,x,,\"D, \"\"quoted\"\"\"", "the record as it stood")
            try await expectCount(2, of: .students, in: warehouse)
            try await expectCount(1, of: .materials, in: warehouse)
        },
        check("one reject too many, and nothing is stored") { warehouse in
            let source = RowSource(tables: [
                (.students, [person(.integer(1)), person(.integer(1)), person(.integer(1))])
            ])
            try await expectFailure(.rejectedRecords, "too many rejects") {
                _ = try await warehouse.importRecords(from: source, options: ImportOptions(maximumRejects: 1))
            }
            try await expectCount(0, of: .students, in: warehouse)
            try expect(try await warehouse.state().dataVersion, is: 0, "version")
        },
        check("more rejects than are read at once are told of, each once and in order") { warehouse in
            let rejected = RejectedList()
            let count = 25_000
            let outcome = try await warehouse.importRecords(
                from: RowSource(
                    tables: [(.students, (0...count).map { _ in person(.integer(7)) })]),
                options: ImportOptions(maximumRejects: count),
                observer: ImportObserver(onReject: { rejected.add($0) }))
            try expect(outcome.rejected, is: count, "rejected")
            try expect(rejected.records.map(\.line), is: (3..<Int64(count + 3)).map(\.self), "lines")
        },
        check("records without values where one must be are rejected, not stored") { warehouse in
            let source = RowSource(tables: [(.students, [person(.null), person(.integer(1))])])
            try await expectFailure(.engineFailure, "a record without its id") {
                _ = try await warehouse.importRecords(from: source)
            }
            try await expectCount(0, of: .students, in: warehouse)
        },
    ]
}

/// Rejected records, as an import tells of them.
final class RejectedList: Sendable {
    private let told = Mutex<[RejectedRecord]>([])

    /// What was told so far.
    var records: [RejectedRecord] { told.withLock(\.self) }

    /// Takes one more.
    func add(_ record: RejectedRecord) { told.withLock { $0.append(record) } }
}
