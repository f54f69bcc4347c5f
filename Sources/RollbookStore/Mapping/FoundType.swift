import RollbookModel

/// The type of a column that a mapping's SELECT yields.
struct FoundType: Sendable, Hashable {
    /// What sorts of values there are.
    enum Kind: Sendable {
        case integer, number, text, boolean, date, timestamp, timestampWithZone, other
    }

    /// As the server spells it.
    let name: String
    /// What sort of values it has; a domain is what it is based on, an enumeration is a text.
    let kind: Kind

    init(name: String, base: String, isEnumeration: Bool) {
        self.name = name
        kind = isEnumeration ? .text : Self.kinds[base] ?? .other
    }

    private static let kinds: [String: Kind] = [
        "smallint": .integer, "integer": .integer, "bigint": .integer, "numeric": .number, "real": .number,
        "double precision": .number, "text": .text, "character varying": .text, "character": .text, "name": .text,
        "citext": .text, "boolean": .boolean, "date": .date, "timestamp without time zone": .timestamp,
        "timestamp with time zone": .timestampWithZone,
    ]
}

extension RecordTable.ColumnType {
    /// Whether values of a sort can become this column's.
    func takes(_ kind: FoundType.Kind) -> Bool {
        switch self {
        case .key, .reference: kind == .integer
        case .text, .oneOf: kind == .text
        case .boolean: kind == .boolean
        case .date: kind == .date
        case .instant: kind == .timestamp || kind == .timestampWithZone
        case .score: kind == .number || kind == .integer
        }
    }

    /// The types that fit, for a person who has another one.
    var expectedTypes: String {
        switch self {
        case .key, .reference: "bigint, integer or smallint"
        case .text, .oneOf: "text, character varying or an enumeration"
        case .boolean: "boolean"
        case .date: "date"
        case .instant: "timestamp with time zone, or timestamp without time zone in UTC"
        case .score: "numeric, double precision or integer"
        }
    }
}
