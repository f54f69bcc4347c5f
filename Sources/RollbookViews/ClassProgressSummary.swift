import RollbookModel

/// How each class does in each subject, over all time.
enum ClassProgressSummary: SQLDeclaration {
    static let definition = SummaryView(
        name: "class_progress_summary", title: "Class progress summary",
        grain: "one row per class and subject with an active enrollment", key: ["class_id", "subject_id"],
        columns: [
            ViewColumns.identifier("class_id", "the class"), ViewColumns.identifier("subject_id", "the subject"),
            ViewColumns.count("student_count", "students actively enrolled, each once"),
            ViewColumns.count("total_submissions", "material submissions that count in the class for the subject"),
            ViewColumns.averageGrade(count: "graded_count"),
            ViewColumns.rate(
                "pass_rate", part: "passed_count", whole: "graded_count",
                "share of graded submissions with score >= pass_mark"),
            ViewColumns.rate(
                "recent_submission_rate", part: "recent_count", whole: "total_submissions",
                "share of the submissions made less than recent_days x 24 h before the refresh's as-of instant"),
        ],
        sql: SQLFiles.classProgressSummary)
}
