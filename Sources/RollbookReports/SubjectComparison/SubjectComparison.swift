import RollbookModel

/// In which subjects one student does well.
enum SubjectComparison: SQLDeclaration {
    static let definition = ReportDefinition(
        name: "subject-comparison", title: "Subject comparison",
        question: "In which subjects does one student do well, and in which not?",
        grain: "one row per subject with a graded material submission of the student",
        order: "avg_grade, highest first; then subject_id",
        parameters: [.student(), .days(.all), .limit(50), .offset()],
        columns: [
            CommonColumns.subject, CommonColumns.subjectName, CommonColumns.gradedCount, CommonColumns.averageGrade,
            CommonColumns.lowestGrade, CommonColumns.highestGrade,
            OutputColumn(
                ColumnDefinition(
                    "grade_variance", .decimal, unit: .pointsSquared, nullable: true,
                    "sample variance (n - 1) of the scores; null for fewer than two"),
                .variance(sum: "score_sum", squares: "score_square_sum", count: "submission_count")),
            CommonColumns.gradeDeviation, CommonColumns.passRate, CommonColumns.lastSubmission, CommonColumns.spacing,
        ],
        sql: SQLFiles.subjectComparison, shape: shape)

    private static func shape(_ result: QueryResult, _ request: ReportRequest) throws -> ShapedRows {
        let (ids, names) = (try result.required("subject_id"), try result.required("subject_name"))
        var subjects: [Int64: (name: String, tally: GradeTally)] = [:]
        try result.forEachGrade { row, instant, score in
            let name = names[row].text ?? ""
            subjects[ids[row].integer ?? 0, default: (name, GradeTally())].tally
                .add(score, at: instant, passMark: request.policy.passMark.units)
        }
        let ordered = subjects.sorted { first, second in
            // Means are compared as fractions, so that equal ones are equal.
            let left = Int128(first.value.tally.scoreSum) * Int128(second.value.tally.count)
            let right = Int128(second.value.tally.scoreSum) * Int128(first.value.tally.count)
            return left == right ? first.key < second.key : left > right
        }
        let table = GradeTally.table(
            ordered.map(\.value.tally),
            keys: [
                ("subject_id", QueryColumn(storage: .integers(ordered.map(\.key)), isNull: [])),
                ("subject_name", QueryColumn(storage: .texts(ordered.map(\.value.name)), isNull: [])),
            ])
        return request.page(of: try table.rows(as: definition.columns))
    }
}
