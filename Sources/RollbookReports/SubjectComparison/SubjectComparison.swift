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
        sql: SQLFiles.subjectComparison)
}
