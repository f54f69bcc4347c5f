import Hummingbird
import RollbookModel
import RollbookReports
import RollbookViews

/// What can be asked: the reports and views as they are declared, and the OpenAPI document made of the same.
struct CatalogueRoutes {
    func add(to router: Router<BasicRequestContext>) {
        let reports = Response.json(["reports": .array(ReportCatalogue.all.map(Self.describe))])
        let views = Response.json(["views": .array(ViewCatalogue.all.map(Self.describe))])
        let openAPI = Response.json(OpenAPIDocument.document)
        for (path, response) in [("/v1/reports", reports), ("/v1/views", views), ("/openapi.json", openAPI)] {
            router.read(RouterPath(path)) { request, _ in
                try request.queryArguments().refuseAll(but: [])
                return response
            }
        }
    }

    private static func describe(_ report: ReportDefinition) -> JSONValue {
        [
            "name": .text(report.name), "title": .text(report.title), "question": .text(report.question),
            "grain": .text(report.grain), "order": .text(report.order), "caution": .text(report.caution),
            "parameters": .array(report.parameters.map(describe)),
            "columns": .array(report.columns.map { describe($0.definition) }),
            "summary": .array(report.summary.map(describe)),
        ]
    }

    private static func describe(_ view: SummaryView) -> JSONValue {
        [
            "name": .text(view.name), "title": .text(view.title), "grain": .text(view.grain),
            "order": .text(view.key.joined(separator: ", ")),
            "columns": .array(view.columns.map { describe($0.definition) }),
        ]
    }

    private static func describe(_ parameter: ParameterDefinition) -> JSONValue {
        [
            "name": .text(parameter.name), "type": .text(parameter.kindName),
            "is_required": .boolean(parameter.isRequired), "default": .text(parameter.standardText),
            "takes": .text(parameter.expectation), "help": .text(parameter.help),
        ]
    }

    private static func describe(_ column: ColumnDefinition) -> JSONValue {
        [
            "name": .text(column.name), "type": .text(column.type.rawValue), "unit": .text(column.unit?.rawValue),
            "range": .text(column.range), "is_nullable": .boolean(column.isNullable),
            "meaning": .text(column.meaning),
        ]
    }
}

extension ParameterDefinition {
    /// Whether it must be given.
    var isRequired: Bool { if case .required = standard { true } else { false } }
}
