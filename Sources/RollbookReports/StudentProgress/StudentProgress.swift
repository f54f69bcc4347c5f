import RollbookModel

/// How one student's grades move over time.
enum StudentProgress: SQLDeclaration {
    static let definition = ReportDefinition(
        name: "student-progress", title: "Student progress",
        question: "How do one student's grades move over time?",
        grain: "one row per period with a graded material submission of the student", order: "period",
        parameters: [.student(), .by(.week), .days(.integer(30)), .limit(100), .offset()],
        columns: [
            CommonColumns.period, CommonColumns.gradedCount, CommonColumns.averageGrade, CommonColumns.passRate,
            CommonColumns.lowestGrade, CommonColumns.highestGrade, CommonColumns.gradeDeviation,
        ],
        sql: SQLFiles.studentProgress, shape: shape)

    private static func shape(_ result: QueryResult, _ request: ReportRequest) throws -> ShapedRows {
        let zone = request.policy.timeZone
        var tallies: [CalendarDate: GradeTally] = [:]
        try result.forEachGrade { _, instant, score in
            let period = request.period.start(containing: zone.date(of: instant))
            tallies[period, default: GradeTally()].add(score, at: instant, passMark: request.policy.passMark.units)
        }
        let periods = tallies.sorted { $0.key < $1.key }
        let keys = QueryColumn(storage: .dates(periods.map(\.key.daysSinceEpoch)), isNull: [])
        let table = GradeTally.table(periods.map(\.value), keys: [("period", keys)])
        return request.page(of: try table.rows(as: definition.columns))
    }
}
