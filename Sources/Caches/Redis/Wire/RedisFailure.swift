/// Why a command had no reply. Its words are for health checks: they hold nothing that was sent.
struct RedisFailure: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    static let closed = RedisFailure("it was closed")
    static let lost = RedisFailure("the connection broke off")
    static let notReplies = RedisFailure("what answers there is no Redis server")
    static func tooSlow(_ limit: Duration) -> RedisFailure { RedisFailure("it did not answer within \(limit)") }
}
