import Rollbook
import RollbookDuckDB
import RollbookModel
import RollbookStore
import RollbookTesting
import Synchronization
import Testing

/// A warehouse over DuckDB in memory.
func memoryWarehouse() async throws -> Warehouse {
    Warehouse(engine: try await DuckDBEngine(DuckDBConfiguration(path: nil, threads: 2)))
}

/// The number of records of a table.
func count(_ table: RecordTable, in warehouse: Warehouse) async throws -> Int64 {
    try await warehouse.status().tables.first { $0.table == table }?.count ?? -1
}

func person(_ id: Value, _ first: String = "Ada", _ last: String = "Byron") -> [Value] {
    [id, .text(first), .text(last)]
}

@Suite("Import")
struct ImportTests {
    private func students(_ ids: [Int64], origin: String = "rows", first: String = "Ada") -> RowSource {
        RowSource(origin: origin, tables: [(.students, ids.map { person(.integer($0), first) })])
    }

    @Test("the same source twice changes nothing, not even the version")
    func sameTwice() async throws {
        let warehouse = try await memoryWarehouse()
        let school = HandSchool.records.source
        let first = try await warehouse.importRecords(from: school)
        let second = try await warehouse.importRecords(from: school)
        #expect(first.state.dataVersion == 1)
        #expect(second.state.dataVersion == 1)
        #expect(!second.hasChanged)
        #expect(second.tables.allSatisfy { $0.unchanged > 0 && $0.inserted == 0 })
    }

    @Test("a record with other values is replaced, the others stay")
    func update() async throws {
        let warehouse = try await memoryWarehouse()
        _ = try await warehouse.importRecords(from: students([1, 2, 3]))
        let outcome = try await warehouse.importRecords(
            from: RowSource(tables: [
                (.students, [person(.integer(2), "Grace"), person(.integer(3)), person(.integer(4))])
            ]))
        let change = try #require(outcome.tables.first)
        #expect([change.inserted, change.updated, change.unchanged, change.removed] == [1, 1, 1, 0])
        #expect(try await count(.students, in: warehouse) == 4)
        #expect(outcome.state.dataVersion == 2)
    }

    @Test("replacing removes what is gone, and only what the same origin brought")
    func replaces() async throws {
        let warehouse = try await memoryWarehouse()
        _ = try await warehouse.importRecords(from: students([1, 2], origin: "one"))
        _ = try await warehouse.importRecords(from: students([3, 4], origin: "other"))
        let outcome = try await warehouse.importRecords(
            from: students([2], origin: "one"), options: ImportOptions(replaces: true))
        #expect(outcome.tables.first?.removed == 1)
        #expect(try await count(.students, in: warehouse) == 3)
    }

    @Test("a source without records, replacing, empties what it brought")
    func replacesByNothing() async throws {
        let warehouse = try await memoryWarehouse()
        _ = try await warehouse.importRecords(from: students([1, 2]))
        let outcome = try await warehouse.importRecords(from: students([]), options: ImportOptions(replaces: true))
        #expect(outcome.tables.first?.removed == 2)
        #expect(try await count(.students, in: warehouse) == 0)
    }

    @Test("a removal that would leave records in the air is refused, and nothing is stored")
    func danglingRemoval() async throws {
        let warehouse = try await memoryWarehouse()
        _ = try await warehouse.importRecords(from: HandSchool.records.source)
        var removal = RowSource(coverage: .delta, tables: [])
        removal.removals = [(.students, [.number(1)])]
        await expectRollbookError(.rejectedRecords) { _ = try await warehouse.importRecords(from: removal) }
        #expect(try await count(.students, in: warehouse) == Int64(HandSchool.studentCount))
        #expect(try await warehouse.state().dataVersion == 1)
    }

    @Test("a source of changes removes what it names, and what is not there is no mistake")
    func namedRemovals() async throws {
        let warehouse = try await memoryWarehouse()
        _ = try await warehouse.importRecords(
            from: RowSource(tables: [(.students, [person(.integer(1)), person(.text("guid-1"))])]))
        var removal = RowSource(coverage: .delta, tables: [])
        removal.removals = [(.students, [.text("guid-1"), .text("never there"), .number(99)])]
        let outcome = try await warehouse.importRecords(from: removal)
        #expect(outcome.tables.first?.removed == 1)
        #expect(try await count(.students, in: warehouse) == 1)
    }

    @Test("textual ids get the same surrogates again: after removal, and in a fresh database")
    func surrogates() async throws {
        let source = RowSource(
            coverage: .bulk,
            tables: [(.students, ["b-guid", "a-guid", "é", "007"].map { person(.text($0)) } + [person(.integer(5))])])
        func identifiers(_ warehouse: Warehouse) async throws -> [Int64] {
            var found: [Int64] = []
            for text in ["a-guid", "b-guid", "é", "007"] {
                let entry = try await warehouse.directory.entry(.text(text), in: .students, deadline: .none)
                found.append(try #require(entry).id)
            }
            return found
        }
        let warehouse = try await memoryWarehouse()
        _ = try await warehouse.importRecords(from: source)
        let first = try await identifiers(warehouse)
        #expect(Set(first).count == 4 && first.allSatisfy { $0 > 5_000_000_000_000_000 && $0 < 9_007_199_254_740_992 })
        _ = try await warehouse.importRecords(from: students([1]), options: ImportOptions(replaces: true))
        #expect(try await count(.students, in: warehouse) == 1)
        _ = try await warehouse.importRecords(from: source)
        #expect(try await identifiers(warehouse) == first)
        let fresh = try await memoryWarehouse()
        _ = try await fresh.importRecords(from: source)
        #expect(try await identifiers(fresh) == first)
    }

    @Test("whole numbers and texts refer to records side by side")
    func mixedIdentifiers() async throws {
        let warehouse = try await memoryWarehouse()
        let outcome = try await warehouse.importRecords(
            from: RowSource(tables: [
                (.students, [person(.integer(1)), person(.text("s-2"))]),
                (.subjects, [[.text("math"), .text("Math")]]),
                (.classes, [[.integer(1), .text("1a")]]),
                (
                    .enrollments,
                    [
                        [.text("e-1"), .integer(1), .integer(1), .text("math"), .boolean(true)],
                        [.integer(2), .text("s-2"), .integer(1), .text("math"), .boolean(true)],
                    ]
                ),
            ]))
        #expect(outcome.rejected == 0)
        #expect(try await count(.enrollments, in: warehouse) == 2)
    }

    @Test("unknown ids and repeated keys are rejected with file, line, column and reason")
    func rejects() async throws {
        let warehouse = try await memoryWarehouse()
        let seen = Mutex<[RejectedRecord]>([])
        let source = RowSource(tables: [
            (.students, [person(.integer(1)), person(.integer(1), "Other"), person(.text("x")), person(.text("x"))]),
            (.subjects, [[.integer(1), .text("Math")]]),
            (
                .materials,
                [
                    [.integer(1), .integer(9), .null, .text("A")],
                    [.integer(2), .integer(1), .text("nowhere"), .text("B")],
                    [.integer(3), .integer(1), .null, .text("C")],
                ]
            ),
        ])
        let outcome = try await warehouse.importRecords(
            from: source, options: ImportOptions(maximumRejects: 4),
            observer: ImportObserver(onReject: { record in seen.withLock { $0.append(record) } }))
        #expect(outcome.rejected == 4)
        let lines = seen.withLock { $0.map { "\($0.file):\($0.line) \($0.column ?? "") \($0.reason)" } }
        #expect(
            lines == [
                "students.csv:3 id the key stands in the source already",
                "students.csv:5 id the key stands in the source already",
                "materials.csv:2 subject_id subject_id names none of the subjects",
                "materials.csv:3 class_id class_id names none of the classes",
            ])
        #expect(try await count(.students, in: warehouse) == 2)
        #expect(try await count(.materials, in: warehouse) == 1)
    }

    @Test("one reject too many, and nothing is stored")
    func tooManyRejects() async throws {
        let warehouse = try await memoryWarehouse()
        let source = RowSource(tables: [(.students, [person(.integer(1)), person(.integer(1)), person(.integer(1))])])
        await expectRollbookError(.rejectedRecords) {
            _ = try await warehouse.importRecords(from: source, options: ImportOptions(maximumRejects: 1))
        }
        #expect(try await count(.students, in: warehouse) == 0)
        #expect(try await warehouse.state().dataVersion == 0)
    }

    @Test("a source that fails on its way leaves everything as it was, and the next import works")
    func failingSource() async throws {
        let warehouse = try await memoryWarehouse()
        _ = try await warehouse.importRecords(from: students([1]))
        var failing = students([1, 2, 3], first: "Changed")
        failing.failure = RollbookError(.unreadableSource, "the file ends in the middle")
        await expectRollbookError(.unreadableSource) { _ = try await warehouse.importRecords(from: failing) }
        #expect(try await count(.students, in: warehouse) == 1)
        #expect(try await warehouse.state().dataVersion == 1)
        #expect(try await warehouse.importRecords(from: students([1, 2])).state.dataVersion == 2)
    }

    @Test("a source of changes cannot replace")
    func deltaCannotReplace() async throws {
        let warehouse = try await memoryWarehouse()
        await expectRollbookError(.invalidArgument) {
            _ = try await warehouse.importRecords(
                from: RowSource(coverage: .delta, tables: []), options: ImportOptions(replaces: true))
        }
    }
}

/// Expects a failure with a code; gives the error for a closer look.
@discardableResult
func expectRollbookError(
    _ code: RollbookError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async -> RollbookError? {
    let error = await #expect(throws: RollbookError.self, sourceLocation: sourceLocation) { try await body() }
    #expect(error?.code == code, "\(error?.message ?? "")", sourceLocation: sourceLocation)
    return error
}
