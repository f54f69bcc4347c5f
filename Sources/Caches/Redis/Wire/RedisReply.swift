import CHiredis

/// What a server replies.
enum RedisReply: Sendable, Equatable {
    case bytes([UInt8])
    case status(String)
    case number(Int64)
    case none
    case list([RedisReply])
    /// The server refused a command; its words can quote what it was given.
    case failure(String)

    /// Copies a reply that hiredis has read.
    init(_ reply: UnsafePointer<redisReply>) {
        let reply = reply.pointee
        switch reply.type {
        case REDIS_REPLY_STRING: self = .bytes(Self.bytes(reply))
        case REDIS_REPLY_STATUS: self = .status(String(decoding: Self.bytes(reply), as: UTF8.self))
        case REDIS_REPLY_INTEGER: self = .number(reply.integer)
        case REDIS_REPLY_ERROR: self = .failure(String(decoding: Self.bytes(reply), as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            self = .list((0..<Int(reply.elements)).map { index in reply.element[index].map { Self($0) } ?? .none })
        default: self = .none
        }
    }

    /// The bytes, where it is some.
    var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
    /// The number, where it is one.
    var number: Int64? { if case .number(let number) = self { number } else { nil } }
    /// The elements, where it is a list.
    var list: [RedisReply]? { if case .list(let list) = self { list } else { nil } }

    /// The first word of a refusal, such as `OOM`, `WRONGTYPE` or `NOAUTH`, which quotes nothing.
    var refusal: String? {
        guard case .failure(let words) = self else { return nil }
        let code = words.prefix { $0.isASCII && ($0.isUppercase || $0 == "_") }
        return code.isEmpty ? "ERR" : String(code)
    }

    /// Whether the server refused because of what stands under the key.
    var isOfWrongType: Bool {
        guard case .failure(let words) = self else { return false }
        return words.hasPrefix("WRONGTYPE") || words.contains("not an integer")
    }

    private static func bytes(_ reply: redisReply) -> [UInt8] {
        guard let start = reply.str else { return [] }
        return UnsafeRawBufferPointer(start: start, count: Int(reply.len)).map { $0 }
    }
}

/// A command with its arguments, as bytes.
struct RedisCommand: Sendable, ExpressibleByArrayLiteral {
    private let arguments: [[UInt8]]

    init(_ words: [String], _ bytes: [[UInt8]] = [], then more: [String] = []) {
        arguments = words.map { Array($0.utf8) } + bytes + more.map { Array($0.utf8) }
    }

    init(arrayLiteral words: String...) { self.init(words) }

    /// Writes the command as the server reads it: an array of bulk strings.
    func write(to bytes: inout [UInt8]) {
        bytes += Array("*\(arguments.count)\r\n".utf8)
        for argument in arguments {
            bytes += Array("$\(argument.count)\r\n".utf8)
            bytes += argument
            bytes += [0x0D, 0x0A]
        }
    }
}
