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
    /// The version of the stored records and views that were read.
    public let dataVersion: Int64

    private let alternates = Mutex<[String: Representation]>([:])

    /// Makes an answer of its JSON.
    ///
    /// - Parameter entityTag: the tag of an answer that says the same in other bytes; nil: one of its own.
    public init(body: [UInt8], generatedAt: Instant, dataVersion: Int64, entityTag: String? = nil) {
        identity = Representation(body: body, entityTag: entityTag ?? EntityTag.strong(over: body))
        self.generatedAt = generatedAt
        self.dataVersion = dataVersion
    }

    /// Encodes an answer.
    ///
    /// - Parameter entityTag: the tag of an answer that says the same in other bytes; nil: one of its own.
    public convenience init(_ answer: Answer, entityTag: String? = nil) {
        self.init(
            body: answer.json(), generatedAt: answer.provenance.generatedAt,
            dataVersion: answer.provenance.dataVersion, entityTag: entityTag)
    }

    /// The answer as JSON.
    public var body: [UInt8] { identity.body }

    /// The entity tag of the JSON, in quotes.
    public var entityTag: String { identity.entityTag }

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
