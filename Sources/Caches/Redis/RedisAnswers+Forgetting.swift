import Foundation
import RollbookCache
import Synchronization

/// What an invalidation takes out of Redis, and how the servers come to know.
extension RedisAnswers {
    /// Forgets answers in batches, and tells the other servers.
    ///
    /// The servers are told when the answers are gone: one that was told before would find them here once more, and keep them.
    /// What one of them has kept here until it was told goes in a second pass, and where there was such a thing they are told
    /// again.
    public func forget(prefix: String, of storeID: String?) async -> Int? {
        await commands.settled(within: configuration.connectTimeout)
        let pattern = layout.pattern(text: prefix, storeID: storeID)
        do {
            let count = try await unlink(pattern)
            try await tellToForget(prefix, of: storeID)
            let late = try await unlink(pattern)
            if late > 0 { try await tellToForget(prefix, of: storeID) }
            return count + late
        } catch { return nil }
    }

    /// - Throws: ``RedisFailure``, also where the forgetting cannot be counted: who does not hear of it would not notice.
    private func tellToForget(_ prefix: String, of storeID: String?) async throws {
        let count = try await countForgetting()
        state.withLock { if let known = $0.forgettings, count > known { $0.forgettings = count } }
        let notice = Notice.forget(prefix: prefix, number: count, storeID: storeID).text(from: sender)
        try Self.check(try await commands.send(["PUBLISH", layout.channel, notice])[0])
    }

    private func countForgetting() async throws -> Int64 {
        var reply = try await commands.send(["INCR", layout.forgettings])[0]
        // What is no number was not put there by Rollbook.
        if reply.isOfWrongType {
            reply = try await commands.send(["UNLINK", layout.forgettings], ["INCR", layout.forgettings])[1]
        }
        try Self.check(reply)
        guard let number = reply.number else { throw RedisFailure("it does not count") }
        guard number == 1 else { return number }
        // A server that was emptied must not come to a number again that it had before.
        let first = Int64(Date().timeIntervalSince1970 * 1000)
        try Self.check(try await commands.send(["SET", layout.forgettings, "\(first)"])[0])
        return first
    }

    private static func check(_ reply: RedisReply) throws {
        if let refusal = reply.refusal { throw RedisFailure("it refuses (\(refusal))") }
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
                let reply = try await commands.send(RedisCommand(["UNLINK"], found))[0]
                try Self.check(reply)
                count += Int(reply.number ?? 0)
            }
        } while cursor != "0"
        return count
    }
}
