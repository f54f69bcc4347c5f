import CDuckDB
import RollbookModel
import RollbookStore

/// Copies column blocks into a table, chunk by chunk.
enum BlockAppender {
    /// Appends all rows of a block, or none.
    static func append(_ block: ColumnBlock, to connection: duckdb_connection) throws {
        var appender: duckdb_appender?
        guard duckdb_appender_create_ext(connection, nil, nil, block.table, &appender) == DuckDBSuccess,
            let open = appender
        else { throw failure(&appender) }
        var types: [duckdb_logical_type?] = block.columns.map { $0.logicalType }
        var chunk = duckdb_create_data_chunk(&types, idx_t(types.count))
        defer {
            duckdb_destroy_data_chunk(&chunk)
            for index in types.indices { duckdb_destroy_logical_type(&types[index]) }
        }
        guard let filled = chunk else { throw failure(&appender) }
        let size = Int(duckdb_vector_size())
        for start in stride(from: 0, to: block.count, by: size) {
            let rows = start..<min(start + size, block.count)
            duckdb_data_chunk_reset(filled)
            for (index, column) in block.columns.enumerated() {
                guard let vector = duckdb_data_chunk_get_vector(filled, idx_t(index)) else { throw failure(&appender) }
                column.fill(vector, rows)
            }
            duckdb_data_chunk_set_size(filled, idx_t(rows.count))
            guard duckdb_append_data_chunk(open, filled) == DuckDBSuccess else { throw failure(&appender) }
        }
        guard duckdb_appender_close(open) == DuckDBSuccess else { throw failure(&appender) }
        duckdb_appender_destroy(&appender)
    }

    private static func failure(_ appender: inout duckdb_appender?) -> RollbookError {
        let message = duckdb_appender_error(appender).map { String(cString: $0) } ?? "no message"
        duckdb_appender_destroy(&appender)
        let type = message.contains("Out of Memory") ? DUCKDB_ERROR_OUT_OF_MEMORY : DUCKDB_ERROR_INVALID
        return DuckDBFailure(type: type, message: message).error(nil)
    }
}

extension ColumnBlock.Column {
    var logicalType: duckdb_logical_type {
        switch self {
        case .constant: duckdb_create_logical_type(DUCKDB_TYPE_INTEGER)
        case .numbers, .optionalNumbers: duckdb_create_logical_type(DUCKDB_TYPE_BIGINT)
        case .sparseTexts: duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR)
        case .batch(let column):
            switch column {
            case .identifiers: duckdb_create_logical_type(DUCKDB_TYPE_BIGINT)
            case .texts: duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR)
            case .booleans: duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN)
            case .dates: duckdb_create_logical_type(DUCKDB_TYPE_DATE)
            case .instants: duckdb_create_logical_type(DUCKDB_TYPE_TIMESTAMP)
            case .scores: duckdb_create_decimal_type(6, 2)
            }
        }
    }

    /// Copies `rows` into a vector of the column's type.
    func fill(_ vector: duckdb_vector, _ rows: Range<Int>) {
        switch self {
        case .constant(let number): Self.copy(rows, to: vector) { _ in number }
        case .numbers(let values): Self.copy(rows, to: vector) { values[$0] }
        case .optionalNumbers(let values), .batch(.identifiers(let values, texts: _)):
            Self.copy(rows, to: vector) { values[$0] }
        case .sparseTexts(let texts): Self.copyTexts(rows, to: vector) { texts[$0] }
        case .batch(.texts(let values)): Self.copyTexts(rows, to: vector) { values[$0] }
        case .batch(.booleans(let values)): Self.copy(rows, to: vector) { values[$0] }
        case .batch(.dates(let values)): Self.copy(rows, to: vector) { values[$0] }
        case .batch(.instants(let values)): Self.copy(rows, to: vector) { values[$0] }
        case .batch(.scores(let values)): Self.copy(rows, to: vector) { values[$0] }
        }
    }

    private static func copy<T: BitwiseCopyable>(
        _ rows: Range<Int>, to vector: duckdb_vector, _ value: (Int) -> T?
    ) {
        guard let cells = duckdb_vector_get_data(vector)?.assumingMemoryBound(to: T.self) else { return }
        for (position, row) in rows.enumerated() {
            if let value = value(row) { cells[position] = value } else { setNull(vector, position) }
        }
    }

    private static func copyTexts(_ rows: Range<Int>, to vector: duckdb_vector, _ value: (Int) -> String?) {
        for (position, row) in rows.enumerated() {
            guard var text = value(row) else {
                setNull(vector, position)
                continue
            }
            text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    guard let start = characters.baseAddress else {
                        return duckdb_vector_assign_string_element_len(vector, idx_t(position), "", 0)
                    }
                    duckdb_vector_assign_string_element_len(
                        vector, idx_t(position), start, idx_t(characters.count))
                }
            }
        }
    }

    private static func setNull(_ vector: duckdb_vector, _ position: Int) {
        duckdb_vector_ensure_validity_writable(vector)
        if let validity = duckdb_vector_get_validity(vector) {
            duckdb_validity_set_row_validity(validity, idx_t(position), false)
        }
    }
}
