import Foundation
import RollbookModel

/// Where a Redis server is and how it is reached: `redis://[user[:password]@]host[:port][/number]`, or
/// `unix://[user[:password]@]/path[?db=number]`.
///
/// However it is printed, the password in it does not show.
public struct RedisAddress: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    enum Place: Hashable {
        case host(String, port: Int)
        case socket(String)
    }

    let place: Place
    let user: String?
    let password: String?
    let database: Int

    /// Reads an address.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument`, which shows nothing of the text.
    public init(_ text: String) throws {
        guard let scheme = text.firstRange(of: "://").map({ text[..<$0.lowerBound].lowercased() }) else {
            throw Self.unreadable
        }
        switch scheme {
        case "redis": self = try Self.network(text.dropFirst("redis://".count))
        case "unix", "redis+unix": self = try Self.socket(text.dropFirst(scheme.count + 3))
        case "rediss":
            throw RollbookError(
                .invalidArgument,
                "rediss:// cannot be reached: Debian's client library for Redis (hiredis 0.14) speaks no TLS; use redis:// in a"
                    + " network of your own, or through a tunnel such as stunnel", subject: "cache.redis")
        default: throw Self.unreadable
        }
    }

    private init(_ place: Place, _ user: String?, _ password: String?, _ database: Int) {
        (self.place, self.user, self.password, self.database) = (place, user, password, database)
    }

    /// The address without its password.
    public var description: String {
        var credentials = user.map(Self.encoded) ?? ""
        if password != nil { credentials += ":" + Self.hidden }
        if !credentials.isEmpty { credentials += "@" }
        switch place {
        case .host(let host, let port):
            return "redis://\(credentials)\(host.contains(":") ? "[\(host)]" : host):\(port)/\(database)"
        case .socket(let path): return "unix://\(credentials)\(path)?db=\(database)"
        }
    }

    /// The address without its password.
    public var debugDescription: String { description }
    /// The address without its password.
    public var customMirror: Mirror { Mirror(self, children: ["address": description]) }

    /// An address as it may be shown: without its password; nothing of it where it cannot be read.
    public static func redacted(_ text: String) -> String { (try? RedisAddress(text))?.description ?? hidden }

    /// Where it is, for messages: host and port, or the path.
    public var hostAndPort: String {
        switch place {
        case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .socket(let path): path
        }
    }

    private static let hidden = "…"

    private static func network(_ rest: Substring) throws -> RedisAddress {
        let (user, password, place) = try credentials(rest)
        let parts = place.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let (host, port) = try hostAndPort(parts[0])
        return RedisAddress(.host(host, port: port), user, password, try number(parts.count > 1 ? parts[1] : ""))
    }

    private static func socket(_ rest: Substring) throws -> RedisAddress {
        let (user, password, place) = try credentials(rest)
        let parts = place.split(separator: "?db=", maxSplits: 1, omittingEmptySubsequences: false)
        let path = try decoded(parts[0])
        guard path.hasPrefix("/"), !path.utf8.contains(0), path.utf8.count < 100 else { throw unreadable }
        return RedisAddress(.socket(path), user, password, try number(parts.count > 1 ? parts[1] : ""))
    }

    /// What stands before the @. There may be no other one: part of a password would pass for a host.
    private static func credentials(_ text: Substring) throws -> (String?, String?, Substring) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return (nil, nil, text) }
        guard parts.count == 2, !parts[0].contains("/") else { throw unreadable }
        let pair = try parts[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(decoded)
        let password = pair.count > 1 && !pair[1].isEmpty ? pair[1] : nil
        if password == nil, !pair[0].isEmpty {
            throw RollbookError(
                .invalidArgument,
                "the address of the shared cache names a user and no password: write user:password@, or :password@ where"
                    + " there is only a password", subject: "cache.redis")
        }
        return (pair[0].isEmpty ? nil : pair[0], password, parts[1])
    }

    private static func hostAndPort(_ text: Substring) throws -> (String, Int) {
        var (host, port) = (text, Substring("6379"))
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw unreadable }
            if !rest.isEmpty { port = rest.dropFirst() }
        } else if let colon = text.firstIndex(of: ":") {
            (host, port) = (text[..<colon], text[text.index(after: colon)...])
        }
        let name = try decoded(host)
        guard !name.isEmpty, !name.utf8.contains(where: { $0 <= 0x20 }), let number = UInt16(port), number > 0 else {
            throw unreadable
        }
        return (name, Int(number))
    }

    private static func number(_ text: Substring) throws -> Int {
        if text.isEmpty { return 0 }
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text), number < 1 << 16 else {
            throw unreadable
        }
        return number
    }

    private static func decoded(_ text: Substring) throws -> String {
        guard let decoded = String(text).removingPercentEncoding else { throw unreadable }
        return decoded
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? hidden
    }

    private static var unreadable: RollbookError {
        RollbookError(
            .invalidArgument,
            "the address of the shared cache is not understood: expected redis://user:password@host:port/number, with a"
                + " password's own @, :, / and % as %40, %3A, %2F and %25", subject: "cache.redis")
    }
}
