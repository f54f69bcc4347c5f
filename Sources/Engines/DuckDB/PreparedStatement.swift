import CDuckDB
import RollbookModel
import RollbookStore
import Synchronization

/// A statement that DuckDB has parsed, and its parameters.
final class PreparedStatement {
    let handle: duckdb_prepared_statement
    private let parameterNames: [String]

    /// - Parameter interruption: why the present run was told to stop, if it was: that can hit the preparing, too.
    init(
        _ statement: SpelledStatement, on connection: duckdb_connection, interruption: () -> Interruption?
    ) throws {
        var prepared: duckdb_prepared_statement?
        let state = duckdb_prepare(connection, statement.text, &prepared)
        guard state == DuckDBSuccess, let handle = prepared else {
            let message = duckdb_prepare_error(prepared).map { String(cString: $0) } ?? "no message"
            duckdb_destroy_prepare(&prepared)
            throw DuckDBFailure(type: Self.type(of: message), message: message).error(interruption())
        }
        self.handle = handle
        parameterNames = statement.parameterNames
    }

    deinit {
        var handle: duckdb_prepared_statement? = handle
        duckdb_destroy_prepare(&handle)
    }

    /// The kind of a failure to prepare, which DuckDB tells only in words.
    private static func type(of message: String) -> duckdb_error_type {
        if message.hasPrefix("Catalog Error") { return DUCKDB_ERROR_CATALOG }
        return message.hasPrefix("INTERRUPT Error") ? DUCKDB_ERROR_INTERRUPT : DUCKDB_ERROR_INVALID
    }

    /// Binds every parameter that the text mentions.
    ///
    /// - Throws: ``RollbookError`` with `engineFailure` for a parameter that has no value or one that DuckDB refuses.
    func bind(_ bindings: [String: Value]) throws {
        for name in parameterNames {
            var index: idx_t = 0
            guard let value = bindings[name], duckdb_bind_parameter_index(handle, &index, name) == DuckDBSuccess,
                bind(value, at: index) == DuckDBSuccess
            else { throw RollbookError(.engineFailure, "the statement's parameter \(name) could not be bound") }
        }
    }

    private func bind(_ value: Value, at index: idx_t) -> duckdb_state {
        switch value {
        case .null: return duckdb_bind_null(handle, index)
        case .integer(let number): return duckdb_bind_int64(handle, index, number)
        case .double(let number): return duckdb_bind_double(handle, index, number)
        case .boolean(let flag): return duckdb_bind_boolean(handle, index, flag)
        case .date(let date): return duckdb_bind_date(handle, index, duckdb_date(days: date.daysSinceEpoch))
        case .instant(let instant):
            return duckdb_bind_timestamp(handle, index, duckdb_timestamp(micros: instant.microsecondsSinceEpoch))
        case .decimal(let decimal):
            let bits = UInt64(bitPattern: decimal.units)
            let wide = duckdb_hugeint(lower: bits, upper: decimal.units < 0 ? -1 : 0)
            return duckdb_bind_decimal(
                handle, index, duckdb_decimal(width: 18, scale: UInt8(decimal.scale), value: wide))
        case .text(var text):
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    guard let start = characters.baseAddress else {
                        return duckdb_bind_varchar_length(handle, index, "", 0)
                    }
                    return duckdb_bind_varchar_length(handle, index, start, idx_t(characters.count))
                }
            }
        }
    }
}

extension SpelledStatement {
    private static let known = Mutex<[String: SpelledStatement]>([:])

    /// The statement in DuckDB's spelling, found only once for each text.
    static func cached(_ text: String) -> SpelledStatement {
        if let statement = known.withLock({ $0[text] }) { return statement }
        let statement = SpelledStatement(text, in: .duckDB)
        known.withLock { known in
            if known.count > 512 { known.removeAll() }
            known[text] = statement
        }
        return statement
    }

    /// Whether the statement only asks.
    var isQuestion: Bool {
        let first = text.split(whereSeparator: \.isNewline).first { !$0.hasPrefix("--") } ?? ""
        return first.hasPrefix("SELECT") || first.hasPrefix("WITH")
    }
}

extension Dialect {
    /// DuckDB's spelling.
    static let duckDB = Dialect(
        parameter: { name, _ in "$" + name },
        parquetScan: { path in "read_parquet(\(literal(path)), file_row_number = true)" },
        prelude: ["CREATE OR REPLACE MACRO rb_microseconds(a, b) AS CAST(epoch_us(b) - epoch_us(a) AS bigint)"],
        preludeRemoval: ["DROP MACRO rb_microseconds"],
        // By way of its microseconds: a cast would go by the zone of the machine.
        currentInstant: "make_timestamp(epoch_us(get_current_timestamp()))", storage: .rewritten)
}
