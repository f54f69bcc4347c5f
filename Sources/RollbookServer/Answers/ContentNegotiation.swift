import HTTPTypes

/// What a request says about the representation it wants.
enum ContentNegotiation {
    /// Whether `Accept-Encoding` prefers gzip to the bytes as they are (RFC 9110, 12.5.3).
    static func prefersGzip(_ acceptEncoding: String?) -> Bool {
        guard let acceptEncoding else { return false }
        var weights: [Substring: Double] = [:]
        for element in acceptEncoding.lowercased().split(separator: ",") {
            let parts = element.split(separator: ";").map { $0.trimming() }
            guard let coding = parts.first else { continue }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 }
            weights[coding] = quality ?? 1
        }
        let gzip = weights["gzip"] ?? weights["x-gzip"] ?? weights["*"] ?? 0
        // Bytes as they are may always be sent unless refused by name; they are the second choice unless weighed.
        return gzip > 0 && gzip >= weights["identity"] ?? 0
    }

    /// Whether `If-None-Match` names the tag: weakly compared, as RFC 9110, 13.1.2 says; `*` names every one.
    static func matches(_ ifNoneMatch: String?, tag: String) -> Bool {
        guard let ifNoneMatch else { return false }
        if ifNoneMatch.trimming() == "*" { return true }
        // Our tags hold no comma, so a list may be cut at commas.
        return ifNoneMatch.split(separator: ",").contains { candidate in
            let candidate = candidate.trimming()
            return (candidate.hasPrefix("W/") ? candidate.dropFirst(2) : candidate) == tag
        }
    }
}

extension StringProtocol where SubSequence == Substring {
    /// Without the blanks around it.
    fileprivate func trimming() -> Substring {
        var trimmed = self[...]
        while let first = trimmed.first, first == " " || first == "\t" { trimmed.removeFirst() }
        while let last = trimmed.last, last == " " || last == "\t" { trimmed.removeLast() }
        return trimmed
    }
}
