public import RollbookCache
public import RollbookModel
import Synchronization

/// What servers tell each other, and how what was not heard is noticed.
extension RedisAnswers {
    /// How often the server is asked whether answers were forgotten unheard.
    static let heartbeat = Duration.seconds(1)

    /// Tells all servers that the store has come to another state. Waits for the first connection, since a command that
    /// changes the store may have nothing else to do with this cache.
    public func announce(_ state: DataState) async {
        await commands.settled(within: configuration.connectTimeout)
        _ = try? await commands.send(["PUBLISH", layout.channel, Notice.state(state).text(from: sender)])
    }

    /// Hears what other servers tell, from now on.
    public func listen(_ receive: @escaping @Sendable (SharedNotice) -> Void) {
        commands.start()
        let listener = RedisLink(
            configuration, label: "listener",
            subscription: RedisLink.Subscription(channel: layout.channel) { [weak self] in self?.heard($0, receive) })
        let isFirst = state.withLock { state in
            guard state.listener == nil else { return false }
            state.listener = listener
            state.heartbeat = Task { [weak self] in
                while !Task.isCancelled {
                    await self?.beat(listener, receive)
                    try? await Task.sleep(for: Self.heartbeat)
                }
            }
            return true
        }
        if isFirst { listener.start() }
    }

    private func heard(_ reply: RedisReply, _ receive: @Sendable (SharedNotice) -> Void) {
        guard let parts = reply.list, parts.count == 3, parts[0].bytes == Array("message".utf8),
            let bytes = parts[2].bytes, let (sender, notice) = Notice.read(bytes)
        else { return }
        switch notice {
        case .kept(let digest): news.came(for: digest)
        case .state(let state): if sender != self.sender { receive(.state(state)) }
        case .forget(let prefix, let number, let storeID):
            state.withLock { if let known = $0.forgettings, number > known { $0.forgettings = number } }
            if sender != self.sender { receive(.forget(prefix: prefix, storeID: storeID)) }
        }
    }

    /// Looks whether answers were forgotten unheard: then nobody knows which, and all go. So it is where the number has gone
    /// back: the server was emptied, and nobody knows how often it counted before.
    private func beat(_ listener: RedisLink, _ receive: @Sendable (SharedNotice) -> Void) async {
        await listener.probe()
        // What is heard while the reply is under way may be ahead of it.
        let before = state.withLock { $0.forgettings }
        guard let reply = try? await commands.send(["GET", layout.forgettings]).first, let number = Self.count(reply)
        else { return }
        let wasMissed = state.withLock { state in
            guard let before, let known = state.forgettings else {
                state.forgettings = number
                return false
            }
            guard number < before || number > known else { return false }
            state.forgettings = number
            return true
        }
        if wasMissed { receive(.forget(prefix: "", storeID: nil)) }
    }

    /// How often answers were forgotten; nil where the reply does not say.
    private static func count(_ reply: RedisReply) -> Int64? {
        switch reply {
        case .none: 0
        case .bytes(let bytes): Int64(String(decoding: bytes, as: UTF8.self))
        default: nil
        }
    }
}
