import CLibPQ
import RollbookModel

/// A statement's parameters in PostgreSQL's binary form.
struct Parameters {
    /// The types, as numbers of PostgreSQL's catalogue.
    private(set) var types: [Oid] = []
    private var bytes: [UInt8] = []
    /// Where each value lies in the bytes; nil where there is none.
    private var ranges: [Range<Int>?] = []

    init() {}

    /// Encodes the values of the parameters that a text names.
    ///
    /// - Throws: ``RollbookError`` with `engineFailure` for a parameter that has no value.
    init(_ names: [String], from bindings: [String: Value]) throws {
        for name in names {
            guard let value = bindings[name] else {
                throw RollbookError(.engineFailure, "the statement's parameter \(name) could not be bound")
            }
            append(value)
        }
    }

    private mutating func append(_ value: Value) {
        let start = bytes.count
        var isNull = false
        switch value {
        // A type must be named; texts cast to all others.
        case .null:
            types.append(PostgresType.text)
            isNull = true
        case .integer(let number):
            types.append(PostgresType.int8)
            bytes.append(bigEndian: number)
        case .double(let number):
            types.append(PostgresType.float8)
            bytes.append(bigEndian: number.bitPattern)
        case .boolean(let flag):
            types.append(PostgresType.bool)
            bytes.append(flag ? 1 : 0)
        case .text(let text):
            types.append(PostgresType.text)
            bytes.append(contentsOf: text.utf8)
        case .date(let date):
            types.append(PostgresType.date)
            bytes.append(bigEndian: date.daysSinceEpoch &- PostgresType.epochDays)
        case .instant(let instant):
            types.append(PostgresType.timestamp)
            bytes.append(bigEndian: instant.microsecondsSinceEpoch &- PostgresType.epochMicroseconds)
        case .decimal(let decimal):
            types.append(PostgresType.numeric)
            bytes.append(numeric: decimal)
        }
        ranges.append(isNull ? nil : start..<bytes.count)
    }

    /// Lends the values as libpq takes them: pointers, lengths and formats, all binary.
    func withPointers<T>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> T
    ) -> T {
        // A last byte of its own gives an empty value at the end a place, too: a null pointer would say that there is none.
        (bytes + [0]).withUnsafeBytes { all in
            let pointers = ranges.map { range in
                range.flatMap { range in
                    all.baseAddress.map { ($0 + range.lowerBound).assumingMemoryBound(to: CChar.self) }
                }
            }
            return body(pointers, ranges.map { Int32($0?.count ?? 0) }, ranges.map { _ in 1 })
        }
    }
}
