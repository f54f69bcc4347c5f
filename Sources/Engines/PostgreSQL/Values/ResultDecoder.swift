import CLibPQ
import RollbookModel

/// Turns libpq's binary results into columns.
enum ResultDecoder {
    /// Reads all rows of a result.
    ///
    /// - Throws: ``RollbookError`` with `engineFailure`, naming the column, for a type that Rollbook does not read and a
    ///   value that its columns cannot hold.
    static func decode(_ result: PostgresResult) throws -> QueryResult {
        let names = (0..<PQnfields(result.handle)).map { PQfname(result.handle, $0).map { String(cString: $0) } ?? "" }
        let columns = try names.enumerated().map { try decode(ResultColumn(result, Int32($0), name: $1)) }
        return QueryResult(names: names, columns: columns, rowCount: Int(PQntuples(result.handle)))
    }

    private static func decode(_ column: ResultColumn) throws -> QueryColumn {
        let storage: QueryColumn.Storage =
            switch column.type {
            case PostgresType.int8: .integers(try column.values(0) { BinaryValue.integer($0, Int64.self) })
            case PostgresType.int4:
                .integers(try column.values(0) { BinaryValue.integer($0, Int32.self).map(Int64.init) })
            case PostgresType.int2:
                .integers(try column.values(0) { BinaryValue.integer($0, Int16.self).map(Int64.init) })
            case PostgresType.float4, PostgresType.float8: .doubles(try column.values(0, BinaryValue.double))
            case PostgresType.bool: .booleans(try column.values(false) { $0.count == 1 ? $0[0] != 0 : nil })
            case PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name:
                .texts(try column.values("") { String(decoding: $0, as: UTF8.self) })
            case PostgresType.date: .dates(try column.values(0, BinaryValue.date))
            case PostgresType.timestamp, PostgresType.timestamptz: .instants(try column.values(0, BinaryValue.instant))
            case PostgresType.numeric: try decimals(column)
            default: throw column.unreadable
            }
        return QueryColumn(storage: storage, isNull: column.nulls)
    }

    /// All values of a column have one scale: the declared one, or the largest that comes.
    private static func decimals(_ column: ResultColumn) throws -> QueryColumn.Storage {
        let scale = try column.declaredScale ?? column.values(0, BinaryValue.numericScale).max() ?? 0
        return .decimals(try column.values(0) { BinaryValue.numeric($0, scale: scale) }, scale: scale)
    }
}

/// One column of a result.
private struct ResultColumn {
    let name: String
    let type: Oid
    /// Whether a row has no value; empty where all have one.
    let nulls: [Bool]
    private let result: PostgresResult
    private let index: Int32
    private let rowCount: Int32

    init(_ result: PostgresResult, _ index: Int32, name: String) {
        self.result = result
        self.index = index
        self.name = name
        type = PQftype(result.handle, index)
        rowCount = PQntuples(result.handle)
        let missing = (0..<rowCount).map { PQgetisnull(result.handle, $0, index) == 1 }
        nulls = missing.contains(true) ? missing : []
    }

    /// Each row's value, or `missing` where it has none.
    func values<T>(_ missing: T, _ read: (UnsafeRawBufferPointer) -> T?) throws -> [T] {
        var values: [T] = []
        values.reserveCapacity(Int(rowCount))
        for row in 0..<rowCount {
            if !nulls.isEmpty, nulls[Int(row)] {
                values.append(missing)
                continue
            }
            let bytes = UnsafeRawBufferPointer(
                start: PQgetvalue(result.handle, row, index), count: Int(PQgetlength(result.handle, row, index)))
            guard let value = read(bytes) else {
                throw RollbookError(
                    .engineFailure, "the column \(name) holds a value beyond what its type may hold in Rollbook")
            }
            values.append(value)
        }
        return values
    }

    /// The scale that a `numeric` was declared with.
    var declaredScale: Int? {
        let modifier = PQfmod(result.handle, index)
        return modifier < 4 ? nil : Int((modifier - 4) & 0x7FF)
    }

    var unreadable: RollbookError {
        RollbookError(
            .engineFailure,
            "the column \(name) has a type that Rollbook does not read (number \(type) of pg_type); the query must cast it"
        )
    }
}
