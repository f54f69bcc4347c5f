import RollbookModel
public import RollbookStore

/// How an engine keeps the summary views.
protocol ViewStorage: Sendable {
    /// What stands in the database for them, beside the derived tables.
    var repeatables: [RepeatableMigration] { get }

    /// Takes the values that the views' texts may mention, before any of them is filled.
    func prepare(_ bindings: [String: Value], in session: any WriteSession) async throws

    /// Fills a view anew.
    ///
    /// - Returns: its rows.
    func fill(_ view: SummaryView, _ bindings: [String: Value], in session: any WriteSession) async throws -> Int64
}

extension Dialect.Storage {
    /// How the summary views are kept.
    var views: any ViewStorage {
        switch self {
        case .rewritten: RewrittenViews()
        case .maintained: MaterializedViews()
        }
    }
}

extension ViewCatalogue {
    /// What stands in the database for the views, beside the derived tables.
    public static func repeatables(for dialect: Dialect) -> [RepeatableMigration] { dialect.storage.views.repeatables }
}

/// Views as tables that are made anew.
struct RewrittenViews: ViewStorage {
    /// Filling them makes them, so there is only how they go.
    var repeatables: [RepeatableMigration] {
        ViewCatalogue.all.map { RepeatableMigration(name: $0.name, up: [], down: ["DROP TABLE IF EXISTS \($0.name)"]) }
    }

    func prepare(_ bindings: [String: Value], in session: any WriteSession) async throws {}

    func fill(_ view: SummaryView, _ bindings: [String: Value], in session: any WriteSession) async throws -> Int64 {
        try await session.execute(Statement("DROP TABLE IF EXISTS \(view.name)"))
        try await session.execute(
            Statement(
                "CREATE TABLE \(view.name) AS\n\(view.sql)\nORDER BY \(view.key.joined(separator: ", "))", bindings))
        return try await session.query(Statement("SELECT count(*) AS rows FROM \(view.name)")).first().integer ?? 0
    }
}
