import RollbookModel

/// Columns that several reports share, so that each meaning is written once.
enum CommonColumns {
    static let period = OutputColumn(
        ColumnDefinition("period", .date, "the period's first date, also where the window cuts into it"),
        .copy("period"))

    static let gradedCount = OutputColumn(
        ColumnDefinition("submission_count", .integer, unit: .count, "graded material submissions"),
        .copy("submission_count"))

    static let averageGrade = OutputColumn(
        ColumnDefinition(
            "avg_grade", .decimal, unit: .points, range: "0 to 100", nullable: true,
            "mean score of the graded submissions"),
        .mean(sum: "score_sum", count: "submission_count"))

    static let lowestGrade = OutputColumn(
        ColumnDefinition("min_grade", .decimal, unit: .points, range: "0 to 100", "lowest score"), .points("score_min"))

    static let highestGrade = OutputColumn(
        ColumnDefinition("max_grade", .decimal, unit: .points, range: "0 to 100", "highest score"), .points("score_max")
    )

    static let passRate = OutputColumn(
        ColumnDefinition(
            "pass_rate", .decimal, unit: .percent, range: "0 to 100",
            "share of graded submissions with score >= pass_mark"),
        .percentage(part: "passed_count", whole: "submission_count"))

    static let gradeDeviation = OutputColumn(
        ColumnDefinition(
            "grade_stddev", .decimal, unit: .points, nullable: true,
            "sample standard deviation (n - 1) of the scores; null for fewer than two"),
        .deviation(sum: "score_sum", squares: "score_square_sum", count: "submission_count"))

    static let firstSubmission = OutputColumn(
        ColumnDefinition("first_submission_at", .instant, "the earliest of the submissions"),
        .copy("first_submission_at"))

    static let lastSubmission = OutputColumn(
        ColumnDefinition("last_submission_at", .instant, "the latest of the submissions"), .copy("last_submission_at"))

    static let spacing = OutputColumn(
        ColumnDefinition(
            "avg_days_between_submissions", .decimal, unit: .days, nullable: true,
            "(last - first) / (n - 1) in days of 24 hours; null for fewer than two"),
        .spacing(first: "first_submission_at", last: "last_submission_at", count: "submission_count"))

    static let subject = identifier("subject_id", "the subject")
    static let subjectName = name("subject_name", "the subject's name")
    static let student = identifier("student_id", "the student")
    static let firstName = name("first_name", "the student's given name")
    static let lastName = name("last_name", "the student's family name")

    static func identifier(_ column: String, _ meaning: String) -> OutputColumn {
        OutputColumn(ColumnDefinition(column, .integer, meaning), .copy(column))
    }

    static func name(_ column: String, _ meaning: String) -> OutputColumn {
        OutputColumn(ColumnDefinition(column, .text, meaning), .copy(column))
    }

    static func count(_ column: String, _ meaning: String) -> OutputColumn {
        OutputColumn(ColumnDefinition(column, .integer, unit: .count, meaning), .copy(column))
    }
}
