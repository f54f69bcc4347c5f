import RollbookModel

/// Who works, and how regularly.
enum StudentEngagement: SQLDeclaration {
    static let definition = ReportDefinition(
        name: "student-engagement", title: "Student engagement", question: "Who works, and how regularly?",
        grain: "one row per student with a material submission in the window, graded or not",
        order: "engagement_percentage highest first, then submission_count highest first, then student_id",
        parameters: [.days(.integer(30)), .limit(100), .offset()],
        columns: [
            CommonColumns.student, CommonColumns.firstName, CommonColumns.lastName,
            CommonColumns.count("submission_count", "material submissions, graded or not"),
            CommonColumns.count("active_days", "dates with a submission"),
            OutputColumn(
                ColumnDefinition(
                    "engagement_percentage", .decimal, unit: .percent, range: "0 to 100",
                    "active days as a share of the window's dates"),
                .percentage(part: "active_days", whole: "window_days")),
            OutputColumn(
                ColumnDefinition(
                    "avg_grade", .decimal, unit: .points, range: "0 to 100", nullable: true,
                    "mean score of the graded ones; null where none is"),
                .mean(sum: "score_sum", count: "graded_count")),
            CommonColumns.lastSubmission, CommonColumns.spacing,
        ],
        sql: SQLFiles.studentEngagement)
}
