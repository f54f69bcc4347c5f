public import RollbookModel

/// A report, declared once: the HTTP route, the command line, the OpenAPI document, the cache key, the column dictionary
/// and the dashboard's forms all come from this one value.
public struct ReportDefinition: Sendable {
    /// The report's name, in words with dashes.
    public let name: String
    /// The title that people see.
    public let title: String
    /// The question that the report answers, in one sentence.
    public let question: String
    /// What one row stands for.
    public let grain: String
    /// The total order of the rows, in words.
    public let order: String
    /// The parameters, in the order in which answers print them.
    public let parameters: [ParameterDefinition]
    /// The columns of a row.
    public let columns: [OutputColumn]
    /// What stands beside the rows, where something does.
    public let summary: [ColumnDefinition]
    /// What a reader must know lest the numbers mislead, where there is something.
    public let caution: String?
    /// The portable SQL text.
    public let sql: String
    /// Changes whenever the SQL does.
    public let fingerprint: String
    /// Makes rows and summary of what the query brought home, where declared columns alone do not.
    let shape: (@Sendable (QueryResult, ReportRequest) throws -> ShapedRows)?

    /// Declares a report.
    init(
        name: String, title: String, question: String, grain: String, order: String,
        parameters: [ParameterDefinition], columns: [OutputColumn], summary: [ColumnDefinition] = [],
        caution: String? = nil, sql: String,
        shape: (@Sendable (QueryResult, ReportRequest) throws -> ShapedRows)? = nil
    ) {
        self.name = name
        self.title = title
        self.question = question
        self.grain = grain
        self.order = order
        self.parameters = parameters
        self.columns = columns
        self.summary = summary
        self.caution = caution
        self.sql = sql
        fingerprint = Fingerprint.of(sql)
        self.shape = shape
    }
}

/// Rows that are ready to be shown, with what stands beside them.
struct ShapedRows: Sendable {
    var rows: [[Value]]
    var totalCount: Int64
    var summary: [NamedValue]?
}

/// A type that declares a report beside its `.sql` file; the build finds it by its name.
protocol SQLDeclaration: Sendable {
    /// The report.
    static var definition: ReportDefinition { get }
}

/// All reports.
public enum ReportCatalogue {
    /// Every declared report, by name.
    public static let all: [ReportDefinition] = SQLFiles.declarations.map { $0.definition }.sorted { $0.name < $1.name }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The report called `name`.
    ///
    /// - Throws: ``RollbookError`` with `notFound` where there is none.
    public static func report(named name: String) throws -> ReportDefinition {
        guard let definition = byName[name] else {
            throw RollbookError(
                .notFound, "there is no report \(name); the reports are \(all.map(\.name).joined(separator: ", "))",
                subject: name)
        }
        return definition
    }
}
