import CLibPQ
import RollbookModel

/// One thing to be sent in a round trip.
enum Command {
    /// A statement of ours, without parameters.
    case text(String)
    /// A statement with its parameters, parsed for this one time.
    case statement(String, Parameters)
    /// A statement that is parsed under a name, to be run later.
    case prepare(name: String, text: String, types: [Oid])
    /// A statement that was prepared.
    case prepared(name: String, Parameters)

    /// The statement, where it is one of ours.
    var ownText: String? { if case .text(let text) = self { text } else { nil } }

    /// Puts the command into libpq's buffer.
    func send(on connection: OpaquePointer) -> Bool {
        switch self {
        case .text(let text): PQsendQueryParams(connection, text, 0, nil, nil, nil, nil, 1) == 1
        case .prepare(let name, let text, let types):
            PQsendPrepare(connection, name, text, Int32(types.count), types) == 1
        case .statement(let text, let parameters):
            parameters.withPointers { values, lengths, formats in
                PQsendQueryParams(
                    connection, text, Int32(parameters.types.count), parameters.types, values, lengths, formats, 1) == 1
            }
        case .prepared(let name, let parameters):
            parameters.withPointers { values, lengths, formats in
                PQsendQueryPrepared(
                    connection, name, Int32(parameters.types.count), values, lengths, formats, 1) == 1
            }
        }
    }
}
