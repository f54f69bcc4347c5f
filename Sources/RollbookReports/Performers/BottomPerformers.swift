import RollbookModel

/// Who needs help in each subject.
enum BottomPerformers: SQLDeclaration {
    static let definition = Performers.definition(
        name: "bottom-performers", title: "Bottom performers", question: "Who needs help in each subject?",
        order: "subject_id; then rank: avg_grade lowest first, then submission_count highest first, then student_id",
        extraColumns: [
            OutputColumn(
                ColumnDefinition(
                    "fail_rate", .decimal, unit: .percent, range: "0 to 100",
                    "share of graded submissions with score < pass_mark"),
                .percentage(part: "failed_count", whole: "submission_count"))
        ], sql: SQLFiles.bottomPerformers)
}
