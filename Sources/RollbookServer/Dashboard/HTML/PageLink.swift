/// A link to one of the server's own paths, percent-encoded.
struct PageLink: Sendable, Equatable, CustomStringConvertible {
    let path: [String]
    let query: [(name: String, value: String)]
    let fragment: String?

    /// - Parameter path: the path's parts, not encoded.
    init(path: [String], query: [(name: String, value: String)] = [], fragment: String? = nil) {
        self.path = path
        self.query = query
        self.fragment = fragment
    }

    /// - Parameter path: a path from a page's declaration, such as `/students`.
    init(_ path: String, query: [(name: String, value: String)] = [], fragment: String? = nil) {
        self.init(path: path.split(separator: "/").map(String.init), query: query, fragment: fragment)
    }

    var description: String {
        var text = "/" + path.map(Self.encoded).joined(separator: "/")
        if !query.isEmpty {
            text += "?" + query.map { Self.encoded($0.name) + "=" + Self.encoded($0.value) }.joined(separator: "&")
        }
        return fragment.map { text + "#" + Self.encoded($0) } ?? text
    }

    static func == (left: PageLink, right: PageLink) -> Bool { left.description == right.description }

    /// Every byte but the unreserved ones as `%XX`; the colon of an instant may stay as it is.
    private static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: ":"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return result
    }
}

/// What a browser sends after the question mark.
enum PageQuery {
    /// The pairs, decoded; `+` is a blank, as forms write it. Nil where an escape makes no text.
    static func pairs(_ query: String) -> [(name: String, value: String)]? {
        var pairs: [(name: String, value: String)] = []
        for part in query.split(separator: "&") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(halves[0]), let value = decoded(halves.count > 1 ? halves[1] : "") else {
                return nil
            }
            pairs.append((name, value))
        }
        return pairs
    }

    /// A text without its escapes, or nil where they are none or make no text.
    static func decoded(_ text: some StringProtocol, plusIsBlank: Bool = true) -> String? {
        var bytes: [UInt8] = []
        var rest = ArraySlice(Array(text.utf8))
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsBlank: bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16)
                else { return nil }
                bytes.append(value)
                rest.removeFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
