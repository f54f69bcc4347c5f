import RollbookModel

/// How an answer is written where servers share it.
///
/// Whatever is read is either an answer that was written under the very key, whole, or nothing: what somebody else put there,
/// what was cut, changed or moved under another key, and what another version of Rollbook wrote is told by its head.
///
///     RBA1   length of the head (4 bytes, little-endian)   hash of the head (16 bytes)
///     head:  lines of text: the key's text, the state, when it was computed, the body's length, the body's tag
///     body:  the answer's JSON
public enum SharedFormat {
    private static let magic = Array("RBA1".utf8)
    private static let fixedLength = 24

    /// Writes an answer under a key.
    public static func encode(_ answer: EncodedAnswer, under key: AnswerKey) -> [UInt8] {
        let head = Array(
            """
            \(key.text)
            \(key.dataState)
            \(answer.generatedAt.microsecondsSinceEpoch)
            \(answer.body.count)
            \(answer.entityTag)
            """.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fixedLength + head.count + answer.body.count)
        bytes += magic
        bytes += littleEndian(UInt32(head.count))
        bytes += littleEndian(EntityTag.hash(head))
        bytes += head
        bytes += answer.body
        return bytes
    }

    /// Reads what was kept under a key; nil where it is not an answer that was written there.
    public static func decode(_ bytes: [UInt8], under key: AnswerKey) -> EncodedAnswer? {
        guard bytes.count >= fixedLength, bytes.starts(with: magic) else { return nil }
        let length = Int(number(bytes[4..<8]))
        guard length <= bytes.count - fixedLength else { return nil }
        let head = Array(bytes[fixedLength..<fixedLength + length])
        guard EntityTag.hash(head) == number(bytes[8..<fixedLength]) else { return nil }
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 5, lines[0] == key.text, lines[1] == key.dataState.description,
            let microseconds = Int64(lines[2]), let bodyLength = Int(lines[3]),
            bodyLength == bytes.count - fixedLength - length
        else { return nil }
        let answer = EncodedAnswer(
            body: Array(bytes[(fixedLength + length)...]),
            generatedAt: Instant(microsecondsSinceEpoch: microseconds), dataState: key.dataState)
        // The tag is a hash of the body.
        return answer.entityTag == lines[4] ? answer : nil
    }

    private static func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian, Array.init)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt128 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt128($1) }
    }
}
