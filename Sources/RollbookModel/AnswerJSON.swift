/// Writes answers as JSON: keys in a fixed order, numbers as numbers, dates as `YYYY-MM-DD`, instants as
/// `YYYY-MM-DDThh:mm:ssZ`, no value as `null`.
///
/// The order of keys never changes, so that the same answer is the same bytes: entity tags and caches lean on it.
public struct JSONWriter: Sendable {
    /// The bytes written so far.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An empty writer, with room for so many bytes.
    public init(capacity: Int = 1024) { bytes.reserveCapacity(capacity) }

    /// Writes an object; `members` writes its members by ``key(_:)`` and a value after each.
    public mutating func object(_ members: (inout JSONWriter) -> Void) { nested("{", "}", members) }

    /// Writes an array of what `elements` writes.
    public mutating func array(_ elements: (inout JSONWriter) -> Void) { nested("[", "]", elements) }

    /// Writes a member's name.
    public mutating func key(_ name: String) {
        separate()
        quoted(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a member with its value.
    public mutating func member(_ name: String, _ value: Value) {
        key(name)
        self.value(value)
    }

    /// Writes a value.
    public mutating func value(_ value: Value) {
        switch value {
        case .null: raw("null")
        case .integer(let number): raw(String(number))
        case .double(let number): raw(number.isFinite ? Self.shortest(number) : "null")
        case .decimal(let decimal): raw(decimal.description)
        case .text(let text): string(text)
        case .date(let date): string(date.description)
        case .instant(let instant): string(instant.description)
        case .boolean(let flag): raw(flag ? "true" : "false")
        }
    }

    /// Writes a text, quoted and escaped.
    public mutating func string(_ text: String) {
        separate()
        quoted(text)
        needsComma = true
    }

    /// Writes what is already JSON.
    public mutating func raw(_ json: String) {
        separate()
        bytes.append(contentsOf: json.utf8)
        needsComma = true
    }

    private mutating func nested(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: open))
        needsComma = false
        body(&self)
        bytes.append(UInt8(ascii: close))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }

    private mutating func quoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(contentsOf: (byte < 16 ? "0" : "").utf8)
                bytes.append(contentsOf: String(byte, radix: 16).utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The shortest spelling, a whole number without its `.0`.
    private static func shortest(_ number: Double) -> String {
        let text = number.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension Answer {
    /// The answer as the API gives it: provenance, page, rows as objects, and the summary where there is one.
    public func json() -> [UInt8] {
        var writer = JSONWriter(capacity: 1024 + table.rows.count * table.columns.count * 24)
        writer.object { writer in
            provenance.write(to: &writer)
            writer.member("row_count", .integer(Int64(table.rows.count)))
            writer.member("total_count", .integer(totalCount))
            writer.member("limit", .integer(limit))
            writer.member("offset", .integer(offset))
            writer.key("rows")
            writer.array { writer in
                for row in table.rows {
                    writer.object { writer in
                        for (column, cell) in zip(table.columns, row) { writer.member(column.name, cell) }
                    }
                }
            }
            if let summary {
                writer.key("summary")
                writer.object { writer in for item in summary { writer.member(item.name, item.value) } }
            }
        }
        return writer.bytes
    }
}

extension Provenance {
    /// Writes the members of the provenance into an object that is open.
    func write(to writer: inout JSONWriter) {
        writer.member("report", .text(report))
        writer.key("parameters")
        writer.object { writer in for parameter in parameters { writer.member(parameter.name, parameter.value) } }
        writer.key("policy")
        writer.object { writer in for (name, value) in policy.values { writer.member(name, value) } }
        writer.member("as_of", .instant(asOf))
        writer.member("data_version", .integer(dataVersion))
        writer.member("data_as_of", dataAsOf.map(Value.instant) ?? .null)
        writer.member("generated_at", .instant(generatedAt))
        writer.member("served_by", .text(servedBy))
        if let replicaLagSeconds { writer.member("replica_lag_seconds", .double(replicaLagSeconds)) }
        writer.member("execution_time_ms", .double((executionTimeMilliseconds * 1000).rounded() / 1000))
    }
}
