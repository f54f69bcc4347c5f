public import RollbookModel

/// A summary view, declared once: counts and exact sums are stored, what readers see is derived from them.
public struct SummaryView: Sendable {
    /// The view's name, which is also its table's.
    public let name: String
    /// The title that people see.
    public let title: String
    /// What one row stands for.
    public let grain: String
    /// The columns that tell rows apart, by which readers get them in order.
    public let key: [String]
    /// What readers see.
    public let columns: [OutputColumn]
    /// The portable query that fills it.
    public let sql: String

    /// Changes whenever the SQL does.
    public var fingerprint: String { Fingerprint.of(sql) }
}

/// A type that declares a view beside its `.sql` file; the build finds it by its name.
protocol SQLDeclaration: Sendable {
    /// The view.
    static var definition: SummaryView { get }
}

/// All summary views.
public enum ViewCatalogue {
    /// Every declared view, by name.
    public static let all: [SummaryView] = SQLFiles.declarations.map { $0.definition }.sorted { $0.name < $1.name }

    /// The view called `name`; dashes may stand for underscores.
    ///
    /// - Throws: ``RollbookError`` with `notFound` where there is none.
    public static func view(named name: String) throws -> SummaryView {
        guard let view = all.first(where: { $0.name == name.replacing("-", with: "_") }) else {
            throw RollbookError(
                .notFound, "there is no view \(name); the views are \(all.map(\.name).joined(separator: ", "))",
                subject: name)
        }
        return view
    }
}
