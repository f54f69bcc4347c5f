import RollbookModel

/// How much work is done over time.
enum EngagementTrend: SQLDeclaration {
    static let definition = ReportDefinition(
        name: "engagement-trend", title: "Engagement trend", question: "How much do students work over time?",
        grain: "one row per period with a material submission, graded or not", order: "period",
        parameters: [.by(.day), .days(.integer(30))],
        columns: [
            CommonColumns.period, CommonColumns.count("active_students", "students with a submission"),
            CommonColumns.count("submission_count", "material submissions, graded or not"),
            CommonColumns.count("graded_count", "of these, with a score"),
            OutputColumn(
                ColumnDefinition(
                    "avg_grade", .decimal, unit: .points, range: "0 to 100", nullable: true,
                    "mean score of the graded ones; null where none is"),
                .mean(sum: "score_sum", count: "graded_count")),
        ],
        sql: SQLFiles.engagementTrend)
}
