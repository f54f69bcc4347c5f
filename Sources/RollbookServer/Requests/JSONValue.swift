import RollbookModel

/// A JSON document in the making; members keep their order, so that the same content is the same bytes.
enum JSONValue: Sendable {
    /// A cell's value, which literals of dictionaries would hide.
    typealias Plain = RollbookModel.Value

    /// A null, number, text, date or truth value.
    case plain(Plain)
    case array([JSONValue])
    case object([(name: String, value: JSONValue)])

    static let null = JSONValue.plain(.null)

    static func text(_ text: String) -> JSONValue { .plain(.text(text)) }
    static func text(_ text: String?) -> JSONValue { .plain(text.map(Plain.text) ?? .null) }
    static func integer(_ number: Int64?) -> JSONValue { .plain(number.map(Plain.integer) ?? .null) }
    static func integer(_ number: Int) -> JSONValue { .plain(.integer(Int64(number))) }
    static func instant(_ instant: Instant?) -> JSONValue { .plain(instant.map(Plain.instant) ?? .null) }
    static func boolean(_ flag: Bool) -> JSONValue { .plain(.boolean(flag)) }

    /// The document's bytes.
    var bytes: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// An object with further members after its own.
    func merging(_ further: JSONValue) -> JSONValue {
        guard case .object(let own) = self, case .object(let others) = further else { return self }
        return .object(own + others)
    }

    private func write(to writer: inout JSONWriter) {
        switch self {
        case .plain(let value): writer.value(value)
        case .array(let elements):
            writer.array { writer in for element in elements { element.write(to: &writer) } }
        case .object(let members):
            writer.object { writer in
                for member in members {
                    writer.key(member.name)
                    member.value.write(to: &writer)
                }
            }
        }
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByStringInterpolation
{
    init(dictionaryLiteral members: (String, JSONValue)...) { self = .object(members.map { ($0.0, $0.1) }) }
    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    init(stringLiteral text: String) { self = .text(text) }
    init(integerLiteral number: Int) { self = .integer(number) }
    init(booleanLiteral flag: Bool) { self = .boolean(flag) }
}
