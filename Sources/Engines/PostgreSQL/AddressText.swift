import Foundation

/// Writes the parts of an address so that a person can read it and no password shows.
enum AddressText {
    /// Whether libpq takes for the password what its writer does: it ends at the first @, and there is none behind the
    /// first slash. Otherwise a part of it would pass for a host or a database, which messages name.
    static func isUnambiguous(_ url: String) -> Bool {
        let rest = url.utf8.drop { $0 != UInt8(ascii: "/") }.dropFirst(2)
        let stop = rest.firstIndex { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "/") } ?? rest.endIndex
        return !rest[stop...].dropFirst().prefix { $0 != UInt8(ascii: "?") }.contains(UInt8(ascii: "@"))
    }

    /// A URL.
    static func url(_ options: [PostgresAddress.Option]) -> String {
        let find = { (name: String) in options.first { $0.name == name } }
        var text = "postgres://"
        if let user = find("user") { text += encoded(user.value) }
        if let password = find("password") { text += ":" + password.shown }
        if find("user") != nil || find("password") != nil { text += "@" }
        text += authority(hosts: find("host")?.value, ports: find("port")?.value)
        if let database = find("dbname") { text += "/" + encoded(database.value) }
        let inPath: Set = ["user", "password", "host", "port", "dbname"]
        let rest = options.filter { !inPath.contains($0.name) }
            .map { "\($0.name)=\($0.isSecret ? $0.shown : encoded($0.value))" }
        return rest.isEmpty ? text : text + "?" + rest.joined(separator: "&")
    }

    /// `key=value` pairs.
    static func pairs(_ options: [PostgresAddress.Option]) -> String {
        options.map { option in
            let value = option.shown
            guard value.isEmpty || value.contains(where: { " '\\".contains($0) }) else {
                return "\(option.name)=\(value)"
            }
            let escaped = value.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
            return "\(option.name)='\(escaped)'"
        }.joined(separator: " ")
    }

    /// Several hosts have a port each, or one for all.
    private static func authority(hosts: String?, ports: String?) -> String {
        let hosts = (hosts ?? "").split(separator: ",", omittingEmptySubsequences: false)
        let ports = (ports ?? "").split(separator: ",", omittingEmptySubsequences: false)
        return hosts.enumerated().map { index, host in
            let port = ports.count == hosts.count ? ports[index] : ports.first ?? ""
            let name = host.contains(":") ? "[\(host)]" : encoded(String(host))
            return port.isEmpty ? name : "\(name):\(port)"
        }.joined(separator: ",")
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? PostgresAddress.hidden
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
