import RollbookModel

/// A question as one text, which is the same however it was written, and from which it can be asked again.
///
///     report/student-progress?by=week&student=11391
enum QuestionText {
    /// Longer ones are not kept.
    private static let longest = 500

    /// The text of a question; nil where nobody would ask the same again: for an instant of its own, or at great length.
    static func text(of question: Question) -> String? {
        guard question.asOf == nil else { return nil }
        let (kind, name) =
            switch question.target {
            case .report(let name): ("report", name)
            case .view(let name): ("view", name)
            }
        let values = question.parameters.merging(question.policySettings) { $1 }.sorted { $0.key < $1.key }
        let query = values.map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(separator: "&")
        let text = "\(kind)/\(encoded(name))" + (query.isEmpty ? "" : "?\(query)")
        return text.utf8.count <= longest ? text : nil
    }

    /// The question of a text; nil where it is none.
    static func question(_ text: String) -> Question? {
        let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let target = halves[0].split(separator: "/", omittingEmptySubsequences: false)
        guard target.count == 2, let name = decoded(target[1]) else { return nil }
        var parameters: [String: String] = [:]
        for pair in halves.count == 2 ? halves[1].split(separator: "&") : [] {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let key = decoded(parts[0]), let value = decoded(parts[1]) else { return nil }
            parameters[key] = value
        }
        switch target[0] {
        case "report": return try? Question(report: name, parameters: parameters)
        case "view": return try? Question(view: name, parameters: parameters)
        default: return nil
        }
    }

    private static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return result
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest.removeFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
