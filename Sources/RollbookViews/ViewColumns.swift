import RollbookModel

/// Columns that several views share, so that each meaning is written once.
enum ViewColumns {
    static func identifier(_ name: String, _ meaning: String) -> OutputColumn {
        OutputColumn(ColumnDefinition(name, .integer, meaning), .copy(name))
    }

    static func count(_ name: String, _ meaning: String) -> OutputColumn {
        OutputColumn(ColumnDefinition(name, .integer, unit: .count, meaning), .copy(name))
    }

    static func instant(_ name: String, _ meaning: String) -> OutputColumn {
        OutputColumn(ColumnDefinition(name, .instant, nullable: true, meaning), .copy(name))
    }

    static func averageGrade(count: String) -> OutputColumn {
        OutputColumn(
            ColumnDefinition(
                "avg_grade", .decimal, unit: .points, range: "0 to 100", nullable: true,
                "mean score of the graded submissions; null where there are none"),
            .mean(sum: "score_sum", count: count))
    }

    static func rate(_ name: String, part: String, whole: String, _ meaning: String) -> OutputColumn {
        OutputColumn(
            ColumnDefinition(name, .decimal, unit: .percent, range: "0 to 100", nullable: true, meaning),
            .percentage(part: part, whole: whole))
    }

    static func points(_ name: String, _ raw: String, _ meaning: String) -> OutputColumn {
        OutputColumn(
            ColumnDefinition(name, .decimal, unit: .points, range: "0 to 100", nullable: true, meaning), .points(raw))
    }
}
