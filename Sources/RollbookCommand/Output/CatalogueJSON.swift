import RollbookModel
import RollbookReports
import RollbookViews

/// The report catalogue as JSON, from the declarations.
enum CatalogueJSON {
    static var text: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("reports")
            writer.array { writer in for report in ReportCatalogue.all { write(report, &writer) } }
            writer.key("views")
            writer.array { writer in for view in ViewCatalogue.all { write(view, &writer) } }
        }
        return writer.text
    }

    private static func write(_ report: ReportDefinition, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", .text(report.name))
            writer.member("title", .text(report.title))
            writer.member("question", .text(report.question))
            writer.member("grain", .text(report.grain))
            writer.member("order", .text(report.order))
            writer.member("caution", report.caution.map(Value.text) ?? .null)
            writer.key("parameters")
            writer.array { writer in for parameter in report.parameters { write(parameter, &writer) } }
            writer.key("columns")
            writer.array { writer in for column in report.columns { write(column.definition, &writer) } }
            writer.key("summary")
            writer.array { writer in for column in report.summary { write(column, &writer) } }
        }
    }

    private static func write(_ view: SummaryView, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", .text(view.name))
            writer.member("title", .text(view.title))
            writer.member("grain", .text(view.grain))
            writer.key("key")
            writer.array { writer in for name in view.key { writer.string(name) } }
            writer.key("columns")
            writer.array { writer in for column in view.columns { write(column.definition, &writer) } }
        }
    }

    private static func write(_ parameter: ParameterDefinition, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", .text(parameter.name))
            writer.member("flag", .text(parameter.flag))
            writer.member("takes", .text(parameter.expectation))
            writer.member("default", parameter.standardText.map(Value.text) ?? .null)
            writer.member("required", .boolean(parameter.isRequired))
            writer.member("meaning", .text(parameter.help))
        }
    }

    private static func write(_ column: ColumnDefinition, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", .text(column.name))
            writer.member("type", .text(column.type.rawValue))
            writer.member("unit", column.unit.map { .text($0.rawValue) } ?? .null)
            writer.member("range", column.range.map(Value.text) ?? .null)
            writer.member("nullable", .boolean(column.isNullable))
            writer.member("meaning", .text(column.meaning))
        }
    }
}
