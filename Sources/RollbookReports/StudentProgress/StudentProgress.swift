import RollbookModel

/// How one student's grades move over time.
enum StudentProgress: SQLDeclaration {
    static let definition = ReportDefinition(
        name: "student-progress", title: "Student progress",
        question: "How do one student's grades move over time?",
        grain: "one row per period with a graded material submission of the student", order: "period",
        parameters: [.student(), .by(.week), .days(.integer(30)), .limit(100), .offset()],
        columns: [
            CommonColumns.period, CommonColumns.gradedCount, CommonColumns.averageGrade, CommonColumns.passRate,
            CommonColumns.lowestGrade, CommonColumns.highestGrade, CommonColumns.gradeDeviation,
        ],
        sql: SQLFiles.studentProgress)
}
