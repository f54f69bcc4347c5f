import RollbookModel

/// How much each teacher has to review, over all time.
enum TeacherWorkload: SQLDeclaration {
    static let definition = SummaryView(
        name: "teacher_workload", title: "Teacher workload", grain: "one row per teacher", key: ["teacher_id"],
        columns: [
            ViewColumns.identifier("teacher_id", "the teacher"),
            ViewColumns.count("total_assignments", "assignments that the teacher has set"),
            ViewColumns.count("total_submissions", "submissions to them"),
            ViewColumns.count("pending_reviews", "of these, with the status pending"),
            ViewColumns.count("graded_submissions", "of these, with a score"),
            OutputColumn(
                ColumnDefinition(
                    "avg_grade_time_minutes", .decimal, unit: .minutes, nullable: true,
                    "mean time from submission to grade, of the graded ones"),
                .duration(microseconds: "grade_microseconds_sum", count: "grade_time_count", unit: TimeUnit.minute)),
            ViewColumns.instant("last_graded_at", "when the latest grade was given"),
            ViewColumns.rate(
                "overdue_percentage", part: "overdue_count", whole: "pending_reviews",
                "share of the pending ones submitted more than overdue_after_days x 24 h before the refresh's as-of instant"
            ),
        ],
        sql: SQLFiles.teacherWorkload)
}
