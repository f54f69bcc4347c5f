import RollbookStore

extension Dialect {
    /// PostgreSQL's spelling.
    static let postgreSQL = Dialect(
        parameter: { _, position in "$\(position)" },
        parquetScan: nil,
        prelude: [],
        storage: .maintained)
}
