import RollbookModel

/// Each student's grades in each subject, over all time.
enum StudentGradeSummary: SQLDeclaration {
    static let definition = SummaryView(
        name: "student_grade_summary", title: "Student grade summary",
        grain: "one row per student and subject with a graded material submission", key: ["student_id", "subject_id"],
        columns: [
            ViewColumns.identifier("student_id", "the student"), ViewColumns.identifier("subject_id", "the subject"),
            ViewColumns.count("submission_count", "graded material submissions"),
            ViewColumns.averageGrade(count: "submission_count"),
            ViewColumns.rate(
                "pass_rate", part: "passed_count", whole: "submission_count",
                "share of graded submissions with score >= pass_mark"),
            ViewColumns.instant("first_submission_at", "the earliest graded submission"),
            ViewColumns.instant("last_submission_at", "the latest graded submission"),
        ],
        sql: SQLFiles.studentGradeSummary)
}
