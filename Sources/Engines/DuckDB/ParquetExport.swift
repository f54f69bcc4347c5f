public import RollbookModel
import RollbookStore

/// Makes Parquet of canonical comma-separated files, by a DuckDB in memory.
///
/// Rows keep their order, and memory stays within the configuration's limit whatever the size of the file.
public struct ParquetExport: Sendable {
    private let connection: DuckDBConnection

    /// Opens the DuckDB that does the work.
    ///
    /// - Parameter configuration: its limits; the path is not used.
    /// - Throws: ``RollbookError`` with `invalidArgument` for a setting that DuckDB does not take.
    public init(_ configuration: DuckDBConfiguration) throws {
        var configuration = configuration
        configuration.path = nil
        connection = try DuckDBConnection(DuckDBDatabase(configuration), label: "rollbook.duckdb.parquet")
    }

    /// Makes a Parquet file of a table's comma-separated file, whose ids are whole numbers.
    ///
    /// - Throws: ``RollbookError``: `engineFailure` where a value is not what its column holds, `outOfResources`,
    ///   `unavailable` where a file cannot be read or written, `cancelled`.
    public func convert(_ table: RecordTable, csv: String, parquet: String) async throws {
        let columns = table.columns.map { "\(Dialect.literal($0.name)): \(Dialect.literal(Self.sqlType($0.type)))" }
        let scan =
            "read_csv(\(Dialect.literal(csv)), header = true, delim = ',', quote = '\"', escape = '\"',"
            + " auto_detect = false, columns = {\(columns.joined(separator: ", "))})"
        let text =
            "COPY (SELECT \(table.columns.map(\.name).joined(separator: ", ")) FROM \(scan))"
            + " TO \(Dialect.literal(parquet)) (FORMAT parquet, COMPRESSION zstd)"
        _ = try await connection.execute(Statement(text), deadline: .none)
    }

    private static func sqlType(_ type: RecordTable.ColumnType) -> String {
        switch type {
        case .key, .reference: "BIGINT"
        case .text, .oneOf: "VARCHAR"
        case .boolean: "BOOLEAN"
        case .date: "DATE"
        case .instant: "TIMESTAMP"
        case .score: "DECIMAL(6,2)"
        }
    }
}
