import RollbookModel
import RollbookReports

/// A report's help, from its declaration.
enum ReportHelp {
    /// The help that `rollbook report NAME --help` prints.
    static func text(of report: ReportDefinition) -> String {
        let usage = report.parameters.map { parameter in
            let words = "\(parameter.flag) <\(parameter.name)>"
            return parameter.isRequired ? words : "[\(words)]"
        }
        var lines = [
            "OVERVIEW: \(report.title). \(report.question)", "",
            "USAGE: rollbook report \(report.name) \(usage.joined(separator: " ")) [options]", "",
            "PARAMETERS:",
        ]
        lines += report.parameters.map { parameter in
            let standard = parameter.standardText.map { "default: \($0)" } ?? "required"
            return "  \(parameter.flag.fitted(to: 20))  \(parameter.help): \(parameter.expectation) (\(standard))"
        }
        lines += ["", "ROWS: \(report.grain)", "ORDER: \(report.order)", "", "COLUMNS:"]
        lines += report.columns.map { line(of: $0.definition) }
        if !report.summary.isEmpty { lines += ["", "SUMMARY:"] + report.summary.map(line) }
        if let caution = report.caution { lines += ["", "CAUTION: \(caution)"] }
        lines += [
            "",
            "OPTIONS: --as-of, --format table|json|csv, --database, --config and the policy's flags;"
                + " 'rollbook report --help' explains them.",
        ]
        return lines.joined(separator: "\n")
    }

    private static func line(of column: ColumnDefinition) -> String {
        "  \(column.name.fitted(to: max(28, column.name.count)))  \(column.meaning) (\(column.traits))"
    }
}

extension ParameterDefinition {
    /// Whether it must be given.
    var isRequired: Bool { standardText == nil }
}

extension ColumnDefinition {
    /// Type, unit, range, and whether a cell can be empty, in words.
    var traits: String {
        [type.rawValue, unit?.rawValue, range, isNullable ? "can be null" : nil].compactMap { $0 }
            .joined(separator: ", ")
    }
}
