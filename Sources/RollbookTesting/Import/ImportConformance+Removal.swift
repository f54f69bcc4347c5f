import Rollbook
import RollbookModel
import RollbookStore

extension ImportConformance {
    /// What is gone from a source, and what a source says is gone.
    static let removalChecks: [ConformanceCheck] = [
        check("replacing removes what is gone, and only what the same origin brought") { warehouse in
            _ = try await warehouse.importRecords(from: students([1, 2], origin: "one"))
            _ = try await warehouse.importRecords(from: students([3, 4], origin: "other"))
            let outcome = try await warehouse.importRecords(
                from: students([2], origin: "one"), options: ImportOptions(replaces: true))
            try expect(outcome.firstChange, is: [0, 0, 1, 1], "changes")
            try await expectCount(3, of: .students, in: warehouse)
        },
        check("a source without records, replacing, empties what it brought") { warehouse in
            _ = try await warehouse.importRecords(from: students([1, 2]))
            let outcome = try await warehouse.importRecords(from: students([]), options: ImportOptions(replaces: true))
            try expect(outcome.firstChange, is: [0, 0, 0, 2], "changes")
            try await expectCount(0, of: .students, in: warehouse)
        },
        check("replacing what others still refer to is refused, and nothing is stored") { warehouse in
            _ = try await warehouse.importRecords(from: HandSchool.records.source)
            let error = try await expectFailure(.rejectedRecords, "a removal that leaves records in the air") {
                _ = try await warehouse.importRecords(
                    from: students([1], origin: HandSchool.records.source.origin),
                    options: ImportOptions(replaces: true))
            }
            try expect(error.message.contains("nothing was imported"), is: true, error.message)
            try await expectCount(Int64(HandSchool.studentCount), of: .students, in: warehouse)
        },
        check("a removal that would leave records in the air is refused, and nothing is stored") { warehouse in
            _ = try await warehouse.importRecords(from: HandSchool.records.source)
            try await expectFailure(.rejectedRecords, "a removal") {
                _ = try await warehouse.importRecords(from: removal(of: [.number(1)]))
            }
            try await expectCount(Int64(HandSchool.studentCount), of: .students, in: warehouse)
            try expect(try await warehouse.state().dataVersion, is: 1, "version")
        },
        check("a source of changes removes what it names, and what is not there is no mistake") { warehouse in
            _ = try await warehouse.importRecords(
                from: RowSource(tables: [
                    (.students, [person(.integer(1)), person(.text("guid-1")), person(.integer(2))])
                ]))
            let outcome = try await warehouse.importRecords(
                from: removal(of: [.text("guid-1"), .text("never there"), .number(99), .number(2), .number(2)]))
            try expect(outcome.firstChange, is: [0, 0, 0, 2], "changes")
            try await expectCount(1, of: .students, in: warehouse)
        },
        check("of many named as gone, those that are referred to stay and are rejected, each with its reason") {
            warehouse in
            _ = try await warehouse.importRecords(from: HandSchool.records.source)
            _ = try await warehouse.importRecords(from: students(1_000_001...1_002_000, origin: "other"))
            let named = (1_000_001...1_002_000).map { SourceIdentifier.number($0) } + [.number(1), .text("nobody")]
            let rejected = RejectedList()
            let outcome = try await warehouse.importRecords(
                from: removal(of: named), options: ImportOptions(maximumRejects: 1),
                observer: ImportObserver(onReject: { rejected.add($0) }))
            try expect(outcome.firstChange, is: [0, 0, 0, 2_000], "changes")
            try expect(rejected.records.map(\.record), is: ["1"], "records that stay")
            try expect(rejected.records.first?.reason.contains("refer to it"), is: true, "the reason")
            try await expectCount(Int64(HandSchool.studentCount), of: .students, in: warehouse)
        },
        check("who goes with all that refers to them is removed") { warehouse in
            let school = RowSource(tables: [
                (.students, [person(.text("s"))]), (.subjects, [[.text("m"), .text("Math")]]),
                (.classes, [[.text("c"), .text("1a")]]),
                (.enrollments, [[.text("e"), .text("s"), .text("c"), .text("m"), .boolean(true)]]),
            ])
            _ = try await warehouse.importRecords(from: school)
            var gone = RowSource(coverage: .delta, tables: [])
            gone.removals = [(.students, [.text("s")]), (.enrollments, [.text("e")])]
            let outcome = try await warehouse.importRecords(from: gone)
            try expect(outcome.rejected, is: 0, "rejected")
            try await expectCount(0, of: .students, in: warehouse)
            try await expectCount(0, of: .enrollments, in: warehouse)
        },
        check("a source of changes cannot replace") { warehouse in
            try await expectFailure(.invalidArgument, "changes that replace") {
                _ = try await warehouse.importRecords(
                    from: RowSource(coverage: .delta, tables: []), options: ImportOptions(replaces: true))
            }
        },
    ]

    private static func removal(of identifiers: [SourceIdentifier]) -> RowSource {
        var source = RowSource(coverage: .delta, tables: [])
        source.removals = [(.students, identifiers)]
        return source
    }
}
