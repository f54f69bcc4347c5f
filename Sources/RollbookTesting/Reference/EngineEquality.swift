public import Rollbook
public import RollbookModel
public import RollbookStore

/// The same school on two engines, asked the same: every report with parameters of all kinds, and every view, must have
/// the same rows to the last digit.
public struct EngineEquality: Sendable {
    private let engines: [any Engine]

    /// Compares two engines, each with an empty store.
    public init(_ first: any Engine, _ second: any Engine) { engines = [first, second] }

    /// Fills both, and asks both.
    ///
    /// - Parameters:
    ///   - policies: the definitions to ask with, of which the first is in force when the school is filled in.
    ///   - instants: the instants to ask for, of which the first is that of the views.
    ///   - fill: brings the school into a warehouse.
    /// - Returns: how many answers were compared, and how many rows they had.
    /// - Throws: ``CheckFailure`` with the first answer that differs; what the engines throw.
    public func compare(
        policies: [Policy], instants: [Instant], filledBy fill: @Sendable (Warehouse) async throws -> Void
    ) async throws -> (answers: Int, rows: Int) {
        guard let policy = policies.first, let instant = instants.first else { return (0, 0) }
        let warehouses = engines.map {
            Warehouse(engine: $0, configuration: WarehouseConfiguration(policy: policy, queryTimeout: nil))
        }
        for warehouse in warehouses {
            try await fill(warehouse)
            _ = try await warehouse.refresh(asOf: instant)
        }
        var (answers, rows) = (0, 0)
        for policy in policies {
            for instant in instants {
                for question in try await Self.questions(to: warehouses[0], policy: policy, asOf: instant) {
                    let expected = try await warehouses[0].answer(question.question())
                    let found = try await warehouses[1].answer(question.question())
                    try Self.check(found, against: expected, question)
                    answers += 1
                    rows += expected.table.rows.count
                }
            }
        }
        return (answers, rows)
    }

    private static func check(_ found: Answer, against expected: Answer, _ question: SchoolQuestion) throws {
        if found.table.rows != expected.table.rows {
            throw CheckFailure(
                "\(question)\n"
                    + tableDifference(
                        expected: expected.table.rows, found: found.table.rows,
                        columns: expected.table.columns.map(\.name)))
        }
        try expect(found.totalCount, is: expected.totalCount, "total_count of \(question)")
        try expect(found.summary, is: expected.summary, "summary of \(question)")
        try expect(found.provenance.dataAsOf, is: expected.provenance.dataAsOf, "data_as_of of \(question)")
    }

    /// Every report and view, for some of the records that the school has.
    private static func questions(
        to warehouse: Warehouse, policy: Policy, asOf: Instant
    ) async throws -> [SchoolQuestion] {
        func ids(_ table: RecordTable, _ most: Int) async throws -> [String] {
            let found = try await warehouse.directory.entries(in: table, matching: "", limit: 1000, deadline: .none)
            let step = max(1, found.count / most)
            return stride(from: 0, to: found.count, by: step).prefix(most).map { String(found[$0].id) }
        }
        let (students, teachers) = (try await ids(.students, 4), try await ids(.teachers, 3))
        let (subjects, classes) = (try await ids(.subjects, 2) + ["all"], try await ids(.classes, 2) + ["all"])
        let windows = ["1", "30", "90", "3650"]
        var asked: [(String, [String: String])] = []
        for (index, days) in windows.enumerated() {
            let by = Period.allCases[index % Period.allCases.count].rawValue
            asked += students.map { ("student-progress", ["student": $0, "days": days, "by": by]) }
            asked += students.map { ("subject-comparison", ["student": $0, "days": days]) }
            asked += teachers.map { ("teacher-workload", ["teacher": $0, "days": days]) }
            asked += subjects.flatMap { subject in
                ["top-performers", "bottom-performers"].map {
                    ($0, ["subject": subject, "days": days, "min_submissions": String(index + 1), "limit": "25"])
                }
            }
            asked += classes.map { ("class-trends", ["class": $0, "days": days, "by": by, "limit": "500"]) }
            asked += Period.allCases.map { ("engagement-trend", ["days": days, "by": $0.rawValue]) }
            asked += [
                ("attendance-correlation", ["days": days]), ("student-engagement", ["days": days, "limit": "200"]),
                ("student-engagement", ["days": days, "limit": "3", "offset": "7"]),
            ]
        }
        asked += ["student_grade_summary", "class_progress_summary", "teacher_workload", "subject_performance"].flatMap
        {
            [($0, ["limit": "5000"]), ($0, ["limit": "7", "offset": "11"])]
        }
        return asked.map { SchoolQuestion($0, $1, policy: policy, asOf: asOf) }
    }
}
