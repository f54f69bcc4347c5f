import Foundation
import Rollbook
import RollbookCache
import RollbookDuckDB
import RollbookModel
import Testing

@testable import RollbookRedis

/// Whatever happens to Redis, answers stay right and come without a long wait, health says what is the matter, and Redis is
/// used again when it is back.
@Suite(.serialized) struct FaultTests {
    @Test func killedAndStartedAgain() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { answers in
                let warehouse = try await Self.warehouse(answers)
                try await Self.isUsed(warehouse, answers)
                server.kill()
                try await Self.isNotUsed(warehouse, answers, because: "is not used")
                try await server.start()
                try await Self.isUsed(warehouse, answers)
                await warehouse.close()
            }
        }
    }

    @Test func standingStill() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers(timeout: .milliseconds(100)) { answers in
                let warehouse = try await Self.warehouse(answers)
                try await Self.isUsed(warehouse, answers)
                server.pause()
                try await Self.isNotUsed(warehouse, answers, because: "did not answer within 0.1 seconds")
                // Once it is known, nobody waits: a thousand commands take less than ten that wait.
                let start = ContinuousClock.now
                for _ in 0..<1000 { #expect(await answers.find(key()) == nil) }
                #expect(ContinuousClock.now - start < .seconds(30))
                server.resume()
                try await Self.isUsed(warehouse, answers)
                await warehouse.close()
            }
        }
    }

    @Test func full() async throws {
        try await RedisServer.with(["maxmemory 1mb", "maxmemory-policy noeviction"]) { server in
            try await server.withAnswers { answers in
                let warehouse = try await Self.warehouse(answers)
                try await Self.isNotUsed(warehouse, answers, because: "its memory is full (OOM)")
                _ = try await server.ask(["CONFIG", "SET", "maxmemory", "0"])
                try await Self.isUsed(warehouse, answers)
                await warehouse.close()
            }
        }
    }

    @Test(arguments: [
        ("redis://:wrong@127.0.0.1:PORT/3", "it refused the user or the password (WRONGPASS)"),
        ("redis://nobody:wrong@127.0.0.1:PORT/3", "it refused the user or the password (WRONGPASS)"),
        ("redis://127.0.0.1:PORT/3", "it wants a password (NOAUTH)"),
        ("redis://:pa%2Fss%40w0rd@127.0.0.1:PORT/999", "it has no database of that number"),
        ("redis://127.0.0.1:1/3", "it cannot be connected to"), ("unix:///nowhere/s", "it cannot be connected to"),
        ("redis://no.such.host.invalid/3", "it cannot be connected to"),
    ])
    func notReached(url: String, reason: String) async throws {
        try await RedisServer.with { server in
            let url = url.replacing("PORT", with: "\(server.port)")
            try await server.withAnswers(url: url) { answers in
                let warehouse = try await Self.warehouse(answers)
                try await Self.isNotUsed(warehouse, answers, because: reason)
                let words = await answers.health().compactMap(\.reason).joined()
                #expect(!words.contains("wrong") && !words.contains("w0rd"))
                await warehouse.close()
            }
        }
    }

    @Test func aPasswordThatChangesMeanwhile() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { answers in
                let warehouse = try await Self.warehouse(answers)
                try await Self.isUsed(warehouse, answers)
                _ = try await server.ask(["CONFIG", "SET", "requirepass", "new"])
                _ = try await server.ask(["CLIENT", "KILL", "TYPE", "normal"], password: "new")
                try await Self.isNotUsed(warehouse, answers, because: "it refused the user or the password")
                await warehouse.close()
            }
        }
    }

    @Test func aUserWithTheRightsThatTheManualNames() async throws {
        try await RedisServer.with { server in
            let manual = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("docs/Operations.md")
            let text = try String(contentsOf: manual, encoding: .utf8)
            let rights = try #require(text.firstMatch(of: /`~lms:\* &lms:\* ([+a-z ]+)`/)).output.1
            let words = ["~lms:*", "&lms:*"] + rights.split(separator: " ").map(String.init)
            _ = try await server.ask(["ACL", "SETUSER", "rollbook", "on", ">few"] + words)
            let url = "redis://rollbook:few@127.0.0.1:\(server.port)/3"
            try await server.withAnswers(url: url, prefix: "lms") { answers in
                let warehouse = try await Self.warehouse(answers)
                answers.listen { _ in }
                try await Self.isUsed(warehouse, answers)
                await answers.announce(state)
                #expect(await warehouse.invalidate(prefix: "").shared == 1)
                try await until("it listens") {
                    try await server.ask(["PUBSUB", "NUMSUB", "lms:n1"]).list?.last == .number(1)
                }
                let log = try await server.ask(["ACL", "LOG"])
                #expect(log == .list([]))
                await warehouse.close()
            }
        }
    }

    @Test func aReplicaStoresNothing() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { answers in
                let warehouse = try await Self.warehouse(answers)
                _ = try await server.ask(["REPLICAOF", "127.0.0.1", "1"])
                try await Self.isNotUsed(warehouse, answers, because: "it is a replica (READONLY)")
                _ = try await server.ask(["REPLICAOF", "NO", "ONE"])
                try await Self.isUsed(warehouse, answers)
                await warehouse.close()
            }
        }
    }

    @Test func someOtherServerAnswersThere() async throws {
        let listener = try ChattyListener(saying: "HTTP/1.1 400 Bad Request\r\n\r\n")
        defer { listener.close() }
        let address = try RedisAddress("redis://127.0.0.1:\(listener.port)")
        let answers = RedisAnswers(try RedisConfiguration(address: address))
        await answers.commands.settled(within: .seconds(10))
        #expect(await answers.find(key()) == nil)
        #expect(await answers.health().first?.reason?.contains("is no Redis server") == true)
        await answers.close()
    }
}

extension FaultTests {
    static func warehouse(_ answers: RedisAnswers) async throws -> Warehouse {
        let engine = try await DuckDBEngine(DuckDBConfiguration(path: nil, threads: 1))
        return Warehouse(engine: engine, shared: answers)
    }

    /// The answer is kept in Redis, found there, and health is well.
    static func isUsed(_ warehouse: Warehouse, _ answers: RedisAnswers) async throws {
        let before = warehouse.cache.statistics.sharedHits
        try await until("Redis is used") {
            warehouse.cache.invalidate(prefix: "")
            let first = try await Self.ask(warehouse)
            warehouse.cache.invalidate(prefix: "")
            let second = try await Self.ask(warehouse)
            #expect(first == second)
            let health = await answers.health()
            return warehouse.cache.statistics.sharedHits > before && health == [.well("shared_cache")]
        }
    }

    /// The answer comes from the engine, and health says why.
    static func isNotUsed(_ warehouse: Warehouse, _ answers: RedisAnswers, because reason: String) async throws {
        try await until("health says \(reason)") {
            warehouse.cache.invalidate(prefix: "")
            _ = try await Self.ask(warehouse)
            let health = await answers.health()
            return health.first?.state == .degraded && health.first?.reason?.contains(reason) == true
        }
        let before = warehouse.cache.statistics.sharedHits
        warehouse.cache.invalidate(prefix: "")
        _ = try await Self.ask(warehouse)
        #expect(warehouse.cache.statistics.sharedHits == before)
    }

    /// What a question is answered with, but for who answered it and when.
    static func ask(_ warehouse: Warehouse) async throws -> String {
        let stored = try await warehouse.encodedAnswer(Question(report: "engagement-trend"))
        let text = String(decoding: stored.answer.body, as: UTF8.self)
        return text.replacing(/"(as_of|generated_at|served_by)":"[^"]*"/, with: "")
            .replacing(/"execution_time_ms":[0-9.]+/, with: "")
    }
}
