import ArgumentParser
import RollbookModel
import RollbookReports
import RollbookViews

/// `rollbook reports`: the report catalogue, from the declarations.
struct ReportsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reports",
        abstract: "List the reports and views with their parameters and columns.")

    @Option(help: "How the catalogue is printed.") var format: ListFormat = .table

    func run() {
        switch format {
        case .table: Terminal.print(Self.text)
        case .json: Terminal.print(CatalogueJSON.text)
        case .markdown: Terminal.print(CatalogueMarkdown.text)
        }
    }

    private static var text: String {
        let reports = ReportCatalogue.all.map { report in
            """
            \(report.name): \(report.question)
              \(report.parameters.map { $0.flag + ($0.isRequired ? " (required)" : "") }.joined(separator: ", "))
              columns: \(report.columns.map(\.definition.name).joined(separator: ", "))
            """
        }
        let views = ViewCatalogue.all.map { view in
            """
            \(view.name): \(view.grain)
              columns: \(view.columns.map(\.definition.name).joined(separator: ", "))
            """
        }
        return "REPORTS (rollbook report NAME; --help explains one)\n\n" + reports.joined(separator: "\n\n")
            + "\n\nVIEWS (rollbook view NAME)\n\n" + views.joined(separator: "\n\n")
    }
}
