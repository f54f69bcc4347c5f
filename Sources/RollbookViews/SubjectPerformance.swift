import RollbookModel

/// How students do in each subject, over all time.
enum SubjectPerformance: SQLDeclaration {
    static let definition = SummaryView(
        name: "subject_performance", title: "Subject performance", grain: "one row per subject", key: ["subject_id"],
        columns: [
            ViewColumns.identifier("subject_id", "the subject"),
            OutputColumn(ColumnDefinition("subject_name", .text, "the subject's name"), .copy("subject_name")),
            ViewColumns.count("student_count", "students with a material submission, graded or not"),
            ViewColumns.count("total_submissions", "graded material submissions"),
            ViewColumns.averageGrade(count: "total_submissions"),
            ViewColumns.points("min_grade", "score_min", "lowest score"),
            ViewColumns.points("max_grade", "score_max", "highest score"),
            ViewColumns.rate(
                "excellent_rate", part: "excellent_count", whole: "total_submissions",
                "share of graded submissions with score >= excellent_mark"),
            ViewColumns.rate(
                "good_rate", part: "good_count", whole: "total_submissions",
                "share of graded submissions from pass_mark to below excellent_mark"),
            ViewColumns.rate(
                "below_average_rate", part: "below_count", whole: "total_submissions",
                "share of graded submissions with score < pass_mark"),
            ViewColumns.instant("last_submission_at", "the latest material submission, graded or not"),
        ],
        sql: SQLFiles.subjectPerformance)
}
