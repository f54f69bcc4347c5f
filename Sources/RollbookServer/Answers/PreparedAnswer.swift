import HTTPTypes
import NIOCore
import RollbookCache

/// An answer with its heads and bodies ready to be written. Whether it is written by a route or on the event loop, the
/// bytes come from here.
struct PreparedAnswer: Sendable {
    /// The answer in one content coding.
    private struct Representation: Sendable {
        let body: ByteBuffer
        let tag: String
        /// The fields of a 200 from memory, and of one computed for the asker; those of a 304.
        let hit: HTTPFields
        let miss: HTTPFields
        let unchanged: HTTPFields

        init(_ stored: EncodedAnswer.Representation, encoding: String?) {
            body = ByteBuffer(bytes: stored.body)
            tag = stored.entityTag
            // Weak: an answer computed now and the same one from memory later differ in who served it.
            var fields: HTTPFields = [
                .eTag: "W/" + stored.entityTag, .cacheControl: "private, no-cache", .vary: "Accept-Encoding",
                .cacheStatus: "rollbook; hit",
            ]
            unchanged = fields
            fields[.contentType] = "application/json"
            if let encoding { fields[.contentEncoding] = encoding }
            fields[.contentLength] = String(stored.body.count)
            hit = fields
            fields[.cacheStatus] = "rollbook; fwd=miss"
            miss = fields
        }
    }

    /// The answer that is prepared.
    let answer: EncodedAnswer
    private let identity: Representation
    private let gzip: Representation?

    /// Prepares an answer; in gzip as well where its compressed form is given.
    init(_ answer: EncodedAnswer, gzip: EncodedAnswer.Representation?) {
        self.answer = answer
        identity = Representation(answer.identity, encoding: nil)
        self.gzip = gzip.map { Representation($0, encoding: "gzip") }
    }

    /// Whether a request is to get the answer in gzip.
    static func wantsGzip(_ fields: HTTPFields, of answer: EncodedAnswer) -> Bool {
        answer.body.count >= Gzip.leastBytes && ContentNegotiation.prefersGzip(fields[.acceptEncoding])
    }

    /// The memory that the bodies take.
    var byteCount: Int { identity.body.readableBytes + (gzip?.body.readableBytes ?? 0) }

    /// What a request with such fields gets, but for the date; nil where it wants gzip, which is not prepared.
    func response(to fields: HTTPFields, isHit: Bool) -> (head: HTTPResponse, body: ByteBuffer?)? {
        let representation: Representation
        if Self.wantsGzip(fields, of: answer) {
            guard let gzip else { return nil }
            representation = gzip
        } else {
            representation = identity
        }
        if ContentNegotiation.matches(fields[.ifNoneMatch], tag: representation.tag) {
            return (HTTPResponse(status: .notModified, headerFields: representation.unchanged), nil)
        }
        let head = HTTPResponse(status: .ok, headerFields: isHit ? representation.hit : representation.miss)
        return (head, representation.body)
    }
}
