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

    /// Forgets answers in batches, and tells the other servers.
    public func forget(prefix: String, of storeID: String?) async -> Int? {
        await commands.settled(within: configuration.connectTimeout)
        do {
            var number = try await commands.send(["INCR", layout.forgettings])[0].number
            // What is no number was not put there by Rollbook.
            if number == nil {
                number = try await commands.send(["UNLINK", layout.forgettings], ["INCR", layout.forgettings])[1].number
            }
            let count = number ?? 0
            // The servers are told first: what they compute from now on is not what was to be forgotten.
            let notice = Notice.forget(prefix: prefix, number: count, storeID: storeID).text(from: sender)
            _ = try await commands.send(["PUBLISH", layout.channel, notice])
            state.withLock { if let known = $0.forgettings, count > known { $0.forgettings = count } }
            return try await unlink(layout.pattern(text: prefix, storeID: storeID))
        } catch { return nil }
    }

    private func unlink(_ pattern: String) async throws -> Int {
        var cursor = "0"
        var count = 0
        repeat {
            let reply = try await commands.send(["SCAN", cursor, "MATCH", pattern, "COUNT", "500"])[0]
            guard let parts = reply.list, parts.count == 2, let next = parts[0].bytes, let names = parts[1].list else {
                throw RedisFailure("it does not list its keys (\(reply.refusal ?? "no list"))")
            }
            cursor = String(decoding: next, as: UTF8.self)
            let found = names.compactMap(\.bytes)
            if !found.isEmpty {
                count += Int(try await commands.send(RedisCommand(["UNLINK"], found)).first?.number ?? 0)
            }
        } while cursor != "0"
        return count
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

    /// Looks whether answers were forgotten unheard: then nobody knows which, and all go. A server that was emptied counts
    /// anew, which says nothing.
    private func beat(_ listener: RedisLink, _ receive: @Sendable (SharedNotice) -> Void) async {
        await listener.probe()
        guard let reply = try? await commands.send(["GET", layout.forgettings]).first else { return }
        let number = reply.bytes.flatMap { Int64(String(decoding: $0, as: UTF8.self)) } ?? 0
        let wasMissed = state.withLock { state in
            defer { state.forgettings = number }
            return state.forgettings.map { number > $0 } ?? false
        }
        if wasMissed { receive(.forget(prefix: "", storeID: nil)) }
    }
}
