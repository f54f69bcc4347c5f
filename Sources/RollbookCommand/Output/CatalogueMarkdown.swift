import RollbookModel
import RollbookReports
import RollbookViews

/// The report catalogue and column dictionary as Markdown, from the declarations.
enum CatalogueMarkdown {
    static var text: String {
        let reports = ReportCatalogue.all.map(section).joined(separator: "\n\n")
        let views = ViewCatalogue.all.map(section).joined(separator: "\n\n")
        return """
            # Reports and views

            <!-- Made by `rollbook reports --format markdown` from the declarations. -->

            Every report also takes `as_of`, and every report and view the settings of the policy: \
            \(Policy.settings.map { "`\($0.name)`" }.joined(separator: ", ")). On the command line parameters are flags, with \
            dashes for underscores.

            ## Reports

            \(reports)

            ## Summary views

            A view holds for the instant of its last refresh. It takes `limit` (\(ViewReader.standardRows) by default, at most \
            \(ViewReader.mostRows)) and `offset`.

            \(views)
            """
    }

    private static func section(_ report: ReportDefinition) -> String {
        var parts = [
            "### \(report.name)", "\(report.title). \(report.question)",
            "- Grain: \(report.grain)\n- Order: \(report.order)",
            table(
                ["parameter", "takes", "default", "meaning"],
                report.parameters.map {
                    ["`\($0.name)`", $0.expectation, $0.standardText ?? "required", $0.help]
                }),
            columns(report.columns.map(\.definition), heading: "column"),
        ]
        if !report.summary.isEmpty { parts.append(columns(report.summary, heading: "summary")) }
        if let caution = report.caution { parts.append("> \(caution)") }
        return parts.joined(separator: "\n\n")
    }

    private static func section(_ view: SummaryView) -> String {
        let key = view.key.map { "`\($0)`" }.joined(separator: ", ")
        return [
            "### \(view.name)", view.title + ".", "- Grain: \(view.grain)\n- Key and order: \(key)",
            columns(view.columns.map(\.definition), heading: "column"),
        ].joined(separator: "\n\n")
    }

    private static func columns(_ columns: [ColumnDefinition], heading: String) -> String {
        table(
            [heading, "type", "unit", "range", "null", "meaning"],
            columns.map { column in
                [
                    "`\(column.name)`", column.type.rawValue, column.unit?.rawValue ?? "", column.range ?? "",
                    column.isNullable ? "yes" : "no", column.meaning,
                ]
            })
    }

    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        ([head, head.map { _ in "---" }] + rows).map { row in
            "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }.joined(separator: "\n")
    }
}
