import RollbookModel

/// How much one teacher has to review, and how quickly it is done.
enum TeacherWorkload: SQLDeclaration {
    static let definition = ReportDefinition(
        name: "teacher-workload", title: "Teacher workload",
        question: "How much does one teacher have to review, and how quickly is it done?",
        grain: "one row for the teacher, over the assignments created in the window; none where there are none",
        order: "a single row",
        parameters: [.teacher(), .days(.integer(30))],
        columns: [
            CommonColumns.identifier("teacher_id", "the teacher"),
            CommonColumns.count("total_assignments", "assignments created in the window"),
            CommonColumns.count("total_submissions", "submissions to them, up to the end of the as-of date"),
            CommonColumns.count("pending_reviews", "of these, with the status pending"),
            CommonColumns.count("graded_submissions", "of these, with a score"),
            hours(
                "avg_grade_time_hours", "mean",
                .duration(
                    microseconds: "grade_microseconds_sum", count: "grade_time_count", unit: TimeUnit.hour)),
            // The two middle values, added up: their mean needs no rounding before the last.
            hours(
                "median_grade_time_hours", "median",
                .span(
                    microseconds: "grade_microseconds_median_doubled", unit: 2 * TimeUnit.hour)),
            hours(
                "min_grade_time_hours", "shortest",
                .span(
                    microseconds: "grade_microseconds_min", unit: TimeUnit.hour)),
            hours(
                "max_grade_time_hours", "longest",
                .span(
                    microseconds: "grade_microseconds_max", unit: TimeUnit.hour)),
            OutputColumn(
                ColumnDefinition(
                    "overdue_percentage", .decimal, unit: .percent, range: "0 to 100", nullable: true,
                    "share of the pending ones that were submitted more than overdue_after_days x 24 h before as_of"),
                .percentage(part: "overdue_count", whole: "pending_reviews")),
            OutputColumn(
                ColumnDefinition("last_graded_at", .instant, nullable: true, "when the latest grade was given"),
                .copy("last_graded_at")),
        ],
        sql: SQLFiles.teacherWorkload, shape: shape)

    private static func shape(_ result: QueryResult, _ request: ReportRequest) throws -> ShapedRows {
        guard let count = WorkloadCount(try WorkloadRows(result), request) else {
            return ShapedRows(rows: [], totalCount: 0)
        }
        let table = try count.table(teacher: request.identifier("teacher"))
        return request.page(of: try table.rows(as: definition.columns))
    }

    private static func hours(_ name: String, _ word: String, _ derivation: Derivation) -> OutputColumn {
        OutputColumn(
            ColumnDefinition(
                name, .decimal, unit: .hours, nullable: true,
                "\(word) time from submission to grade, of the graded ones"),
            derivation)
    }
}
