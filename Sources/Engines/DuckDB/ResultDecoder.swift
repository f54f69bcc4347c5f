import CDuckDB
import RollbookModel

/// Turns DuckDB's vectors into columns.
enum ResultDecoder {
    /// Reads all chunks of a result.
    static func decode(_ result: inout duckdb_result, interruption: () -> Interruption?) throws -> QueryResult {
        let count = duckdb_column_count(&result)
        var names: [String] = []
        var builders: [ColumnBuilder] = []
        for column in 0..<count {
            let name = duckdb_column_name(&result, column).map { String(cString: $0) } ?? ""
            names.append(name)
            builders.append(try ColumnBuilder(name: name, result: &result, column: column))
        }
        var rowCount = 0
        while var chunk = Optional(duckdb_fetch_chunk(result)), let open = chunk {
            defer { duckdb_destroy_data_chunk(&chunk) }
            let size = Int(duckdb_data_chunk_get_size(open))
            for column in builders.indices {
                guard let vector = duckdb_data_chunk_get_vector(open, idx_t(column)) else { continue }
                try builders[column].append(vector, size)
            }
            rowCount += size
        }
        if duckdb_result_error(&result) != nil {
            throw DuckDBConnection.failure(&result).error(interruption())
        }
        return QueryResult(names: names, columns: builders.map(\.column), rowCount: rowCount)
    }
}

/// Collects one column.
private struct ColumnBuilder {
    private let name: String
    private let type: duckdb_type
    private var isNull: [Bool] = []
    private var hasNulls = false
    private var storage: QueryColumn.Storage

    init(name: String, result: inout duckdb_result, column: idx_t) throws {
        self.name = name
        var cell = duckdb_column_type(&result, column)
        switch cell {
        case DUCKDB_TYPE_BOOLEAN: storage = .booleans([])
        case DUCKDB_TYPE_TINYINT, DUCKDB_TYPE_SMALLINT, DUCKDB_TYPE_INTEGER, DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_UBIGINT,
            DUCKDB_TYPE_HUGEINT:
            storage = .integers([])
        case DUCKDB_TYPE_FLOAT, DUCKDB_TYPE_DOUBLE: storage = .doubles([])
        case DUCKDB_TYPE_TIMESTAMP, DUCKDB_TYPE_TIMESTAMP_TZ: storage = .instants([])
        case DUCKDB_TYPE_DATE: storage = .dates([])
        case DUCKDB_TYPE_VARCHAR: storage = .texts([])
        case DUCKDB_TYPE_DECIMAL:
            var logical = duckdb_column_logical_type(&result, column)
            defer { duckdb_destroy_logical_type(&logical) }
            guard let decimal = logical else { throw Self.unreadable(name) }
            storage = .decimals([], scale: Int(duckdb_decimal_scale(decimal)))
            cell = duckdb_decimal_internal_type(decimal)
        default: throw Self.unreadable(name)
        }
        type = cell
    }

    var column: QueryColumn { QueryColumn(storage: storage, isNull: hasNulls ? isNull : []) }

    mutating func append(_ vector: duckdb_vector, _ size: Int) throws {
        guard let data = duckdb_vector_get_data(vector).map(UnsafeRawPointer.init) else { throw Self.unreadable(name) }
        let validity = duckdb_vector_get_validity(vector)
        isNull.append(contentsOf: repeatElement(false, count: size))
        if let validity {
            for row in 0..<size where !duckdb_validity_row_is_valid(validity, idx_t(row)) {
                isNull[isNull.count - size + row] = true
                hasNulls = true
            }
        }
        // Taken out while it grows, so that the array is not copied.
        let taken = storage
        storage = .booleans([])
        switch consume taken {
        case .integers(var values):
            try appendIntegers(to: &values, data, size, validity)
            storage = .integers(values)
        case .decimals(var values, let scale):
            try appendIntegers(to: &values, data, size, validity)
            storage = .decimals(values, scale: scale)
        case .instants(var values):
            try appendIntegers(to: &values, data, size, validity)
            storage = .instants(values)
        case .doubles(var values):
            if type == DUCKDB_TYPE_FLOAT {
                values.append(contentsOf: Self.cells(data, Float.self, size).map(Double.init))
            } else {
                values.append(contentsOf: Self.cells(data, Double.self, size))
            }
            storage = .doubles(values)
        case .dates(var values):
            values.append(contentsOf: Self.cells(data, Int32.self, size))
            storage = .dates(values)
        case .booleans(var values):
            values.append(contentsOf: Self.cells(data, UInt8.self, size).map { $0 != 0 })
            storage = .booleans(values)
        case .texts(var values):
            for row in 0..<size { values.append(isNull[isNull.count - size + row] ? "" : Self.text(data, row)) }
            storage = .texts(values)
        }
    }

    private func appendIntegers(
        to values: inout [Int64], _ data: UnsafeRawPointer, _ size: Int, _ validity: UnsafeMutablePointer<UInt64>?
    ) throws {
        switch type {
        case DUCKDB_TYPE_TINYINT: values.append(contentsOf: Self.cells(data, Int8.self, size).map(Int64.init))
        case DUCKDB_TYPE_SMALLINT: values.append(contentsOf: Self.cells(data, Int16.self, size).map(Int64.init))
        case DUCKDB_TYPE_INTEGER: values.append(contentsOf: Self.cells(data, Int32.self, size).map(Int64.init))
        case DUCKDB_TYPE_HUGEINT:
            for (row, cell) in Self.cells(data, duckdb_hugeint.self, size).enumerated() {
                let isValue = duckdb_validity_row_is_valid(validity, idx_t(row))
                let number = Int64(bitPattern: cell.lower)
                guard !isValue || cell.upper == (number < 0 ? -1 : 0) else {
                    throw RollbookError(.engineFailure, "the column \(name) holds a number beyond 64 bits")
                }
                values.append(isValue ? number : 0)
            }
        default: values.append(contentsOf: Self.cells(data, Int64.self, size))
        }
    }

    private static func cells<T>(_ data: UnsafeRawPointer, _ type: T.Type, _ size: Int) -> UnsafeBufferPointer<T> {
        UnsafeBufferPointer(start: data.assumingMemoryBound(to: T.self), count: size)
    }

    /// Up to 12 bytes lie in the 16-byte cell itself, after the length; longer text lies elsewhere.
    private static func text(_ data: UnsafeRawPointer, _ row: Int) -> String {
        let cell = data + row * MemoryLayout<duckdb_string_t>.stride
        let length = Int(cell.load(as: UInt32.self))
        let start = length <= 12 ? cell + 4 : (cell + 8).load(as: UnsafeRawPointer?.self) ?? cell
        return String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
    }

    private static func unreadable(_ name: String) -> RollbookError {
        RollbookError(
            .engineFailure, "the column \(name) has a type that Rollbook does not read; the query must cast it")
    }
}
