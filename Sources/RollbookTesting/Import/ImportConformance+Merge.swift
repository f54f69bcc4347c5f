import Rollbook
import RollbookModel
import RollbookStore

extension ImportConformance {
    /// What is new is inserted, what differs is replaced, what is as it was is left alone.
    static let mergeChecks: [ConformanceCheck] = [
        check("the same source twice changes nothing, not even the version") { warehouse in
            let first = try await warehouse.importRecords(from: HandSchool.records.source)
            let second = try await warehouse.importRecords(from: HandSchool.records.source)
            try expect([first, second].map(\.state.dataVersion), is: [1, 1], "versions")
            try expect(second.hasChanged, is: false, "a change")
            try expect(second.tables.allSatisfy { $0.unchanged > 0 && $0.inserted == 0 }, is: true, "all unchanged")
        },
        check("a record with other values is replaced, the others stay") { warehouse in
            _ = try await warehouse.importRecords(from: students([1, 2, 3]))
            let outcome = try await warehouse.importRecords(
                from: RowSource(tables: [
                    (.students, [person(.integer(2), "Grace"), person(.integer(3)), person(.integer(4))])
                ]))
            try expect(outcome.firstChange, is: [1, 1, 1, 0], "changes")
            try await expectCount(4, of: .students, in: warehouse)
            try expect(outcome.state.dataVersion, is: 2, "version")
        },
        check("the same record from another origin belongs to that one from then on") { warehouse in
            _ = try await warehouse.importRecords(from: students([1, 2], origin: "one"))
            let outcome = try await warehouse.importRecords(from: students([2], origin: "other"))
            try expect(outcome.firstChange, is: [0, 1, 0, 0], "changes")
            let gone = try await warehouse.importRecords(
                from: students([], origin: "one"), options: ImportOptions(replaces: true))
            try expect(gone.firstChange, is: [0, 0, 0, 1], "what the first one still had")
        },
        check("a value that is gone, and one that comes, is a difference") { warehouse in
            let marks: [Value] = [.null, .decimal(FixedDecimal(units: 7_000, scale: 2)), .null]
            let changes: [[Int64]] = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0]]
            for (mark, expected) in zip(marks, changes) {
                let outcome = try await warehouse.importRecords(
                    from: RowSource(tables: [
                        (.students, [person(.integer(1))]), (.subjects, [[.integer(1), .text("Math")]]),
                        (.materials, [[.integer(1), .integer(1), .null, .text("Sums")]]),
                        (
                            .materialSubmissions,
                            [[.integer(1), .integer(1), .integer(1), .instant(Instant(secondsSinceEpoch: 0)), mark]]
                        ),
                    ]))
                guard let change = outcome.tables.last else { throw CheckFailure("no table was touched") }
                try expect(
                    [change.inserted, change.updated, change.unchanged, change.removed], is: expected, "changes")
            }
        },
        check("texts of all kinds are kept as they are") { warehouse in
            let names = [
                "O'Neil", "a\\b\tc", "line\nbreak", "\"quoted\"", "Zoë 漢字 \u{1F469}\u{200D}\u{1F393}", "\\N", "\\.",
            ]
            _ = try await warehouse.importRecords(
                from: RowSource(tables: [
                    (.subjects, names.enumerated().map { [.integer(Int64($0.offset)), .text($0.element)] })
                ]))
            for (id, name) in names.enumerated() {
                let entry = try await warehouse.directory.entry(.number(Int64(id)), in: .subjects, deadline: .none)
                try expect(entry?.label, is: name, "the name of subject \(id)")
            }
        },
        check("a source that fails on its way leaves everything as it was, and the next import works") { warehouse in
            _ = try await warehouse.importRecords(from: students([1]))
            var failing = students([1, 2, 3], first: "Changed")
            failing.failure = RollbookError(.unreadableSource, "the file ends in the middle")
            let source = failing
            try await expectFailure(.unreadableSource, "a failing source") {
                _ = try await warehouse.importRecords(from: source)
            }
            try await expectCount(1, of: .students, in: warehouse)
            try expect(try await warehouse.state().dataVersion, is: 1, "version")
            try expect(
                try await warehouse.importRecords(from: students([1, 2])).state.dataVersion, is: 2, "version afterwards"
            )
        },
    ]
}
