import Rollbook
import RollbookModel
import RollbookStore

extension ImportConformance {
    /// Ids that are texts, their surrogates, and how people find records.
    static let identifierChecks: [ConformanceCheck] = [
        check("textual ids get surrogates in the order of their bytes, and the same again after removal") { warehouse in
            // By bytes: digits, capitals, small letters, then what is not ASCII, composed and decomposed.
            let ordered = ["007", "Z-1", "a guid", "a-guid", "b-guid", "e\u{301}", "z", "é", "漢", "\u{1F393}"]
            let source = RowSource(tables: [
                (.students, ordered.reversed().map { person(.text($0)) } + [person(.integer(5))])
            ])
            func identifiers() async throws -> [Int64?] {
                var found: [Int64?] = []
                for text in ordered {
                    found.append(try await warehouse.directory.entry(.text(text), in: .students, deadline: .none)?.id)
                }
                return found
            }
            let expected = (1...Int64(ordered.count)).map { 5_000_000_000_000_000 + $0 }
            _ = try await warehouse.importRecords(from: source)
            try expect(try await identifiers(), is: expected, "surrogates")
            _ = try await warehouse.importRecords(from: students([1]), options: ImportOptions(replaces: true))
            try await expectCount(1, of: .students, in: warehouse)
            _ = try await warehouse.importRecords(from: source)
            try expect(try await identifiers(), is: expected, "surrogates after their return")
        },
        check("whole numbers and texts refer to records side by side") { warehouse in
            let outcome = try await warehouse.importRecords(
                from: RowSource(tables: [
                    (.students, [person(.integer(1)), person(.text("s-2"))]),
                    (.subjects, [[.text("math"), .text("Math")]]), (.classes, [[.integer(1), .text("1a")]]),
                    (
                        .enrollments,
                        [
                            [.text("e-1"), .integer(1), .integer(1), .text("math"), .boolean(true)],
                            [.integer(2), .text("s-2"), .integer(1), .text("math"), .boolean(true)],
                        ]
                    ),
                ]))
            try expect(outcome.rejected, is: 0, "rejected")
            try await expectCount(2, of: .enrollments, in: warehouse)
        },
        check("an id may be as long as a field, and differ at its end alone") { warehouse in
            let ids = ["a", "b"].map { String(repeating: "0123456789abcdef", count: 4_000) + $0 }
            let source = RowSource(tables: [(.students, ids.map { person(.text($0)) })])
            _ = try await warehouse.importRecords(from: source)
            try expect(try await warehouse.importRecords(from: source).hasChanged, is: false, "a change")
            let found = try await warehouse.directory.entry(.text(ids[1]), in: .students, deadline: .none)
            try expect(found?.id, is: 5_000_000_000_000_002, "the second one's surrogate")
        },
        check("a search finds names and ids whatever their case, beyond ASCII too") { warehouse in
            _ = try await warehouse.importRecords(
                from: RowSource(tables: [
                    (
                        .students,
                        [
                            person(.integer(10), "Émile", "Øre"), person(.text("GUID-7"), "100%", "under_score"),
                            person(.integer(3), "Ærø", "ZOË"),
                        ]
                    )
                ]))
            for (text, expected) in [
                ("émile ø", ["Émile Øre"]), ("ÉMILE", ["Émile Øre"]), ("zoë", ["Ærø ZOË"]),
                ("guid", ["100% under_score"]),
                ("0%", ["100% under_score"]), ("r_s", ["100% under_score"]), ("3", ["Ærø ZOË"]),
                ("", ["100% under_score", "Ærø ZOË", "Émile Øre"]), ("%%", []),
            ] {
                let found = try await warehouse.directory.entries(
                    in: .students, matching: text, limit: 10, deadline: .none)
                try expect(found.map(\.label), is: expected, "found by '\(text)'")
            }
        },
    ]
}
