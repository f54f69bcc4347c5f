public import RollbookModel
import Synchronization

/// An answer as it goes over the wire: encoded once, sent many times.
public final class EncodedAnswer: Sendable {
    /// The answer in one content coding.
    public struct Representation: Hashable, Sendable {
        /// The bytes.
        public let body: [UInt8]
        /// The entity tag, in quotes, for HTTP's `ETag`.
        public let entityTag: String
    }

    /// The answer as JSON, in no content coding.
    public let identity: Representation
    /// When the rows were computed.
    public let generatedAt: Instant
    /// The state of the store that was read.
    public let dataState: DataState

    private let alternates = Mutex<[String: Representation]>([:])

    /// Makes an answer of its JSON.
    ///
    /// - Parameter entityTag: the tag of an answer that says the same in other bytes; nil: one of its own.
    public init(body: [UInt8], generatedAt: Instant, dataState: DataState, entityTag: String? = nil) {
        identity = Representation(body: body, entityTag: entityTag ?? EntityTag.strong(over: body))
        self.generatedAt = generatedAt
        self.dataState = dataState
    }

    /// Encodes an answer.
    ///
    /// - Parameter entityTag: the tag of an answer that says the same in other bytes; nil: one of its own.
    public convenience init(_ answer: Answer, entityTag: String? = nil) {
        self.init(
            body: answer.json(), generatedAt: answer.provenance.generatedAt,
            dataState: answer.provenance.dataState, entityTag: entityTag)
    }

    /// The version of the stored records and views that were read.
    public var dataVersion: Int64 { dataState.version }

    /// The answer as JSON.
    public var body: [UInt8] { identity.body }

    /// The entity tag of the JSON, in quotes.
    public var entityTag: String { identity.entityTag }

    /// The same answer, given by somebody else than its text says; it keeps its tag, since nothing else differs. The answer
    /// as it is, where its text does not say who gave it.
    public func served(by name: String) -> EncodedAnswer {
        guard let range = servedByMember else { return self }
        var body = body
        body.replaceSubrange(range, with: Self.servedByStart + Array("\(name)\"".utf8))
        return EncodedAnswer(body: body, generatedAt: generatedAt, dataState: dataState, entityTag: entityTag)
    }

    /// The same answer, which says that it is no longer the newest, and how many seconds ago it was computed.
    public func stale(age: Int) -> EncodedAnswer {
        guard let range = servedByMember else { return self }
        var body = body
        body.insert(contentsOf: Array(",\"stale\":true,\"age\":\(age)".utf8), at: range.upperBound)
        // Its own tag: whoever has the same rows from when they were the newest is to be told that they no longer are.
        return EncodedAnswer(body: body, generatedAt: generatedAt, dataState: dataState)
    }

    private static let servedByStart = Array("\"served_by\":\"".utf8)

    /// Where the text says who gave the answer. In a text of JSON quotes are escaped, so only a member's name looks so.
    private var servedByMember: Range<Int>? {
        let start = Self.servedByStart
        guard let begin = body.firstRange(of: start),
            let end = body[begin.upperBound...].firstIndex(of: UInt8(ascii: "\""))
        else { return nil }
        return begin.lowerBound..<end + 1
    }

    /// The memory that all representations take, in bytes.
    public var byteCount: Int {
        alternates.withLock { $0.values.reduce(Self.bytes(of: identity)) { $0 + Self.bytes(of: $1) } }
    }

    /// The answer in a content coding, and by how many bytes it grew because `make` had to be called.
    ///
    /// Whoever asks while `make` runs waits for it: it is called once, unless it throws.
    func alternate(
        for encoding: String, make: ([UInt8]) throws -> [UInt8]
    ) rethrows -> (representation: Representation, growth: Int) {
        try alternates.withLock { alternates in
            if let made = alternates[encoding] { return (made, 0) }
            let made = Representation(
                body: try make(body), entityTag: EntityTag.variant(of: entityTag, encoding: encoding))
            alternates[encoding] = made
            return (made, Self.bytes(of: made))
        }
    }

    /// An array may hold more room than it shows: what counts is the memory.
    private static func bytes(of representation: Representation) -> Int {
        representation.body.capacity + representation.entityTag.utf8.count
    }
}
