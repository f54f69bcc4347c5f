import CLibPQ
import Foundation
import RollbookModel

/// Where a PostgreSQL server is and how it is reached, as libpq reads it: a URL (`postgres://…`, `postgresql://…`) or
/// `key=value` pairs. What is not said comes from the usual variables (`PGHOST`, `PGPASSWORD`, …) and the password file.
///
/// However it is printed, the passwords in it do not show.
public struct PostgresAddress: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The text with its passwords, for libpq alone.
    let text: String

    /// Checks an address without connecting.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` where libpq cannot read the text.
    public init(_ text: String) throws {
        _ = try Self.options(of: text)
        self.text = text
    }

    /// Whether a text begins as a PostgreSQL URL does.
    public static func isURL(_ text: String) -> Bool {
        text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
    }

    /// An address as it may be shown: every password in it is `…`; all of it where it cannot be read.
    public static func redacted(_ text: String) -> String {
        guard let options = try? options(of: text) else { return hidden }
        return isURL(text) ? AddressText.url(options) : AddressText.pairs(options)
    }

    /// The address without its passwords.
    public var description: String { Self.redacted(text) }
    /// The address without its passwords.
    public var debugDescription: String { description }
    /// The address without its passwords.
    public var customMirror: Mirror { Mirror(self, children: ["address": description]) }

    /// What stands in place of a password.
    static let hidden = "…"

    /// The words of somebody else's message without this address and the passwords in it, or another one that was used.
    func scrubbed(_ message: String, also password: String? = nil) -> String {
        let secrets = ((try? Self.options(of: text)) ?? []).filter(\.isSecret).map(\.value)
        let encoded = secrets.compactMap { $0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) }
        return ([text] + secrets + encoded + [password ?? ""]).filter { !$0.isEmpty }
            .sorted { $0.count > $1.count }
            .reduce(message) { $0.replacing($1, with: Self.hidden) }
    }

    /// One thing that an address says.
    struct Option: Equatable {
        let name: String
        let value: String
        /// libpq marks what must not be shown.
        let isSecret: Bool

        var shown: String { isSecret ? PostgresAddress.hidden : value }
    }

    static func options(of text: String) throws -> [Option] {
        // libpq takes a text without = for the name of a database; where an address is expected, it is a mistake.
        guard text.isEmpty || isURL(text) || text.contains("=") else { throw unreadable(nil) }
        guard !text.utf8.contains(0), !isURL(text) || AddressText.isUnambiguous(text) else { throw unreadable(nil) }
        var message: UnsafeMutablePointer<CChar>?
        defer { PQfreemem(message) }
        guard let parsed = PQconninfoParse(text, &message) else {
            throw unreadable(message.map { String(cString: $0) })
        }
        defer { PQconninfoFree(parsed) }
        var options: [Option] = []
        var next = parsed
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val {
                options.append(
                    Option(
                        name: String(cString: keyword), value: String(cString: value),
                        isSecret: next.pointee.dispchar.map { String(cString: $0).contains("*") } ?? false))
            }
            next += 1
        }
        // Where a number stands for a port, a database has a name and no address, and nothing else was meant.
        let isMeant = options.allSatisfy { option in
            switch option.name {
            case "port": option.value.allSatisfy { $0.isASCII && $0.isNumber || $0 == "," }
            case "dbname": !isURL(option.value)
            default: true
            }
        }
        guard isMeant else { throw unreadable(nil) }
        return options
    }

    /// libpq quotes what it could not read, which may be a password.
    private static func unreadable(_ message: String?) -> RollbookError {
        RollbookError(
            .invalidArgument,
            "the database's address is no PostgreSQL address: expected postgres://user@host:port/database or key=value"
                + " pairs, with a password's own @, / and % as %40, %2F and %25",
            engineMessage: message.map { $0.replacing(/(?s)".*"/, with: "\"\(hidden)\"") })
    }
}
