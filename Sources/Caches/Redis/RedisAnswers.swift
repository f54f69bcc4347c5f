public import RollbookCache
public import RollbookModel
import Synchronization

/// The cache that servers share, in Redis.
///
/// Two connections, made anew whenever they break: one for commands, one that listens to the other servers. A command that
/// gets no reply in time ends its connection, and until there is one that answers again nobody waits.
public final class RedisAnswers: SharedAnswers, HealthSource {
    struct State {
        /// How often answers had been forgotten when this server last knew; nil: it has never asked.
        var forgettings: Int64?
        /// Why the server refuses to store, where it does.
        var refusal: String?
        var listener: RedisLink?
        var heartbeat: Task<Void, Never>?
    }

    /// `redis`.
    public let name = "redis"

    let configuration: RedisConfiguration
    let layout: KeyLayout
    let commands: RedisLink
    let news = News()
    /// Tells this server's messages from others'.
    let sender = String(UInt64.random(in: .min ... .max), radix: 36)
    let state = Mutex(State())

    /// Prepares the cache; it connects when it is first used.
    public init(_ configuration: RedisConfiguration) {
        self.configuration = configuration
        layout = KeyLayout(prefix: configuration.prefix)
        commands = RedisLink(configuration, label: "commands")
    }

    /// Ends the connections.
    public func close() async {
        let (listener, heartbeat) = state.withLock { ($0.listener, $0.heartbeat) }
        heartbeat?.cancel()
        await listener?.close()
        await commands.close()
    }

    /// The answer under a key.
    public func find(_ key: AnswerKey) async -> SharedAnswer? {
        let name = layout.answer(key)
        guard let replies = try? await commands.send(["GET", name], ["PTTL", name]) else { return nil }
        return Self.answer(replies[0], replies[1], under: key)
    }

    /// Keeps an answer, in place of whatever stands under its key, and tells the servers that wait.
    public func keep(_ answer: EncodedAnswer, under key: AnswerKey, for time: Duration) async {
        let bytes = SharedFormat.encode(answer, under: key)
        let milliseconds = Self.milliseconds(time)
        guard bytes.count <= configuration.largestAnswer, milliseconds > 0 else { return }
        let replies = try? await commands.send(
            RedisCommand(["SET", layout.answer(key)], [bytes], then: ["PX", "\(milliseconds)"]),
            ["PUBLISH", layout.channel, Notice.kept(digest: key.digest).text(from: sender)])
        // A server that stores refuses no longer.
        if let replies { state.withLock { $0.refusal = replies[0].refusal } }
    }

    /// Waits until an answer is kept, or until the time has passed.
    public func news(of key: AnswerKey, within time: Duration) async {
        await news.wait(for: key.digest, within: time)
    }

    /// What the server refuses is for health checks.
    func note(_ reply: RedisReply) {
        if let refusal = reply.refusal { state.withLock { $0.refusal = refusal } }
    }

    /// Reads what stands under a key; what has no end was not put there by Rollbook.
    static func answer(_ value: RedisReply, _ time: RedisReply, under key: AnswerKey) -> SharedAnswer? {
        guard let bytes = value.bytes, let left = time.number, left > 0,
            let answer = SharedFormat.decode(bytes, under: key)
        else { return nil }
        return SharedAnswer(answer: answer, remaining: .milliseconds(left))
    }

    static func milliseconds(_ time: Duration) -> Int64 { Int64(max(0, min(time / .milliseconds(1), 1e15))) }
}
