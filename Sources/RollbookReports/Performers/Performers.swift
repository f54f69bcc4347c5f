import RollbookModel

/// What the two rankings share: students of each subject in the order of their mean score.
enum Performers {
    static func definition(
        name: String, title: String, question: String, order: String, extraColumns: [OutputColumn], sql: String
    ) -> ReportDefinition {
        ReportDefinition(
            name: name, title: title, question: question,
            grain:
                "one row per subject and student with at least min_submissions graded material submissions in the window",
            order: order,
            parameters: [
                .subject(), .minimumSubmissions(3), .days(.integer(90)),
                .limit(10, help: "the most rows of each subject"),
                .offset(help: "the first row of each subject, counted from 0"),
            ],
            columns: [
                CommonColumns.subject, CommonColumns.subjectName,
                CommonColumns.count("rank", "the student's place within the subject, from 1"), CommonColumns.student,
                CommonColumns.firstName, CommonColumns.lastName, CommonColumns.gradedCount, CommonColumns.averageGrade,
                CommonColumns.highestGrade, CommonColumns.firstSubmission, CommonColumns.lastSubmission,
            ] + extraColumns,
            sql: sql)
    }
}
