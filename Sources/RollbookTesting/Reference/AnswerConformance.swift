import Rollbook
public import RollbookImport
import RollbookModel
public import RollbookStore

/// Every report and view, on an engine: the school checked by hand, and schools made up at random, against an
/// implementation that knows no SQL.
public enum AnswerConformance {
    /// The school checked by hand: the answers written beside it, and many more questions against the reference.
    public static let handSchoolChecks: [ConformanceCheck] =
        HandSchool.expectedAnswers.map { expected in
            ConformanceCheck(on: "by hand: \(expected.question)") { engine in
                try await check(expected, on: engine)
            }
        } + [
            ConformanceCheck(on: "by hand: other parameters, against the reference") { engine in
                try await compare(HandSchool.furtherQuestions, of: HandSchool.records, on: engine, label: "hand school")
            }
        ]

    private static func check(_ expected: HandSchool.ExpectedAnswer, on engine: any Engine) async throws {
        let question = expected.question
        let reference = ReferenceAnswers.answer(question, of: HandSchool.records)
        if reference.rows.map({ $0.map(\.plainText) }) != expected.rows {
            throw CheckFailure(
                "the reference disagrees with the hand: "
                    + tableDifference(
                        expected: expected.rows, found: reference.rows.map { $0.map(\.plainText) },
                        columns: [question.name]))
        }
        let warehouse = Warehouse(
            engine: engine, configuration: WarehouseConfiguration(policy: question.policy, queryTimeout: nil))
        _ = try await warehouse.importRecords(from: HandSchool.records.source)
        _ = try await warehouse.refresh(asOf: question.asOf)
        let answer = try await warehouse.answer(question.question())
        let found = answer.table.rows.map { $0.map(\.plainText) }
        if found != expected.rows {
            let difference = tableDifference(
                expected: expected.rows, found: found, columns: answer.table.columns.map(\.name))
            throw CheckFailure("\(question)\n\(difference)\nSQL: \(question.sql)")
        }
        try expect(answer.totalCount, is: Int64(expected.totalCount), "total_count of \(question)")
        if let summary = expected.summary {
            try expect(answer.summary?.dropLast().map(\.value.plainText), is: summary, "summary of \(question)")
        }
    }

    /// One check for each of some random schools.
    public static func randomSchoolChecks(seeds: Range<UInt64>) -> [ConformanceCheck] {
        seeds.map { seed in
            ConformanceCheck(on: "random school, seed \(seed)") { engine in
                let school = RandomSchool(seed: seed)
                try await compare(school.questions, of: school.records, on: engine, label: "seed \(seed)")
            }
        }
    }

    /// The school checked by hand and some random schools, filled in otherwise than by an import; their teachers have ids
    /// apart from those of the students.
    public static func checks(
        seeds: Range<UInt64>, filledBy fill: @escaping @Sendable (any Engine, any RecordSource) async throws -> Void
    ) -> [ConformanceCheck] {
        func check(
            _ label: String, _ school: @escaping @Sendable () -> (SchoolRecords, [SchoolQuestion])
        ) -> ConformanceCheck {
            ConformanceCheck(on: label) { engine in
                let (records, questions) = school()
                try await compare(
                    questions.map(\.withDistinctTeacher), of: records.withDistinctTeachers, on: engine, label: label,
                    filledBy: fill)
            }
        }
        return [check("the school checked by hand") { (HandSchool.records, HandSchool.furtherQuestions) }]
            + seeds.map { seed in
                check("random school, seed \(seed)") {
                    let school = RandomSchool(seed: seed)
                    return (school.records, school.questions)
                }
            }
    }

    /// Fills in a school and compares the answers to all questions with the reference; the views are refreshed for the
    /// first question's instant.
    ///
    /// - Parameter fill: brings the school to the engine; nil: by an import.
    static func compare(
        _ questions: [SchoolQuestion], of school: SchoolRecords, on engine: any Engine, label: String,
        filledBy fill: (@Sendable (any Engine, any RecordSource) async throws -> Void)? = nil
    ) async throws {
        guard let first = questions.first else { return }
        let warehouse = Warehouse(
            engine: engine, configuration: WarehouseConfiguration(policy: first.policy, queryTimeout: nil))
        if let fill {
            try await fill(engine, school.source)
        } else {
            _ = try await warehouse.importRecords(from: school.source)
        }
        _ = try await warehouse.refresh(asOf: first.asOf)
        var failures: [String] = []
        for question in questions {
            let expected = ReferenceAnswers.answer(question, of: school)
            let answer = try await warehouse.answer(question.question())
            if let difference = difference(answer, from: expected) {
                failures.append("\(label)\n\(question)\n\(difference)\nSQL: \(question.sql)")
            }
        }
        if let shown = failures.first {
            throw CheckFailure("\(failures.count) of \(questions.count) answers differ; the first:\n\(shown)")
        }
    }

    private static func difference(_ answer: Answer, from expected: ReferenceAnswers.Answer) -> String? {
        if answer.table.rows != expected.rows {
            return tableDifference(
                expected: expected.rows, found: answer.table.rows, columns: answer.table.columns.map(\.name))
        }
        if answer.totalCount != Int64(expected.totalCount) {
            return "total_count: expected \(expected.totalCount), found \(answer.totalCount)"
        }
        let summary = answer.summary.map { $0.dropLast().map(\.value) }
        if summary != expected.summary {
            return "summary: expected \(expected.summary?.map(\.plainText) ?? []),"
                + " found \(summary?.map(\.plainText) ?? [])"
        }
        return nil
    }
}
