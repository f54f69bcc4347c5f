public import RollbookStore

extension ViewCatalogue {
    /// The views as what stands beside a store's tables, for a migrator. Where a refresh makes their tables anew there is
    /// only how they go.
    public static func repeatables(for dialect: Dialect) -> [RepeatableMigration] {
        all.map { RepeatableMigration(name: $0.name, up: [], down: ["DROP TABLE IF EXISTS \($0.name)"]) }
    }
}
