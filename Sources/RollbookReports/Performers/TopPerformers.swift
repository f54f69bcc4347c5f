import RollbookModel

/// Who does best in each subject.
enum TopPerformers: SQLDeclaration {
    static let definition = Performers.definition(
        name: "top-performers", title: "Top performers", question: "Who does best in each subject?",
        order: "subject_id; then rank: avg_grade highest first, then submission_count highest first, then student_id",
        extraColumns: [], sql: SQLFiles.topPerformers)
}
