import RollbookModel

/// The part of a request's target after `?`, as a browser's form writes it.
enum QueryParameters {
    /// The parameters by name, percent-decoded; `+` is a blank.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` for a parameter that stands there twice, or is no UTF-8.
    static func parse(_ query: some StringProtocol) throws -> [String: String] {
        var parameters: [String: String] = [:]
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decode(parts[0]) else {
                throw RollbookError(.invalidArgument, "a parameter's name is not percent-encoded UTF-8")
            }
            guard let value = parts.count == 2 ? decode(parts[1]) : "" else {
                throw RollbookError(.invalidArgument, "\(name) is not percent-encoded UTF-8", subject: name)
            }
            guard parameters.updateValue(value, forKey: name) == nil else {
                throw RollbookError(.invalidArgument, "\(name) is given twice; give it once", subject: name)
            }
        }
        return parameters
    }

    /// A text of which `%41` means `A`; nil where the escapes are broken, or hide what is no UTF-8.
    static func decode(_ text: some Sequence<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
