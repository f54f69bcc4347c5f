import RollbookModel

/// How classes do over time.
enum ClassTrends: SQLDeclaration {
    static let definition = ReportDefinition(
        name: "class-trends", title: "Class trends", question: "How do the classes do over time?",
        grain: "one row per class and period with a graded material submission that counts in the class",
        order: "class_id, then period",
        parameters: [.schoolClass(), .by(.week), .days(.integer(90)), .limit(1000), .offset()],
        columns: [
            CommonColumns.identifier("class_id", "the class"), CommonColumns.name("class_name", "the class's name"),
            CommonColumns.period, CommonColumns.count("student_count", "students who submitted"),
            CommonColumns.gradedCount, CommonColumns.averageGrade, CommonColumns.lowestGrade,
            CommonColumns.highestGrade, CommonColumns.passRate,
        ],
        sql: SQLFiles.classTrends)
}
