import Foundation
import Rollbook
import RollbookCache
import RollbookDuckDB
import RollbookModel
import Testing

@testable import RollbookRedis

/// Several warehouses over one store and one Redis, as several servers have them.
@Suite struct SeveralServersTests {
    /// Two warehouses that listen to each other.
    private static func with(
        cache: CacheConfiguration = CacheConfiguration(),
        _ body: (_ one: Warehouse, _ other: Warehouse, RedisServer) async throws -> Void
    ) async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { first in
                try await server.withAnswers { second in
                    let engine = try await DuckDBEngine(DuckDBConfiguration(path: nil, threads: 1))
                    let configuration = WarehouseConfiguration(cache: cache)
                    let one = Warehouse(engine: engine, configuration: configuration, shared: first)
                    let other = Warehouse(engine: engine, configuration: configuration, shared: second)
                    let watches = [one, other].map { warehouse in Task { await warehouse.keepWatch() } }
                    defer { for watch in watches { watch.cancel() } }
                    try await until("both listen") {
                        try await server.ask(["PUBSUB", "NUMSUB", "test:n1"]).list?.last == .number(2)
                    }
                    _ = try await one.refresh()
                    try await body(one, other, server)
                    await engine.close()
                }
            }
        }
    }

    private let question = { try Question(report: "engagement-trend") }

    @Test func anAnswerOfOneIsAHitForTheOther() async throws {
        try await Self.with { one, other, _ in
            let computed = try await one.encodedAnswer(question())
            #expect(computed.source == .computed)
            let shared = try await other.encodedAnswer(question())
            #expect(shared.source == .shared)
            let kept = try await other.encodedAnswer(question())
            #expect(kept.source == .memory)
            let servers = [computed, shared, kept].map { stored in
                String(decoding: stored.answer.body, as: UTF8.self).firstMatch(of: /"served_by":"([a-z]+)"/)?.output.1
            }
            #expect(servers == ["duckdb", "redis", "memory"])
            #expect(Set([computed, shared, kept].map(\.answer.entityTag)).count == 1)
            #expect(Set([computed, shared, kept].map(\.answer.generatedAt)).count == 1)
        }
    }

    @Test func storesThatCountTheSameVersionsAreKeptApart() async throws {
        try await RedisServer.with { server in
            for _ in 0..<2 {
                try await server.withAnswers { answers in
                    let engine = try await DuckDBEngine(DuckDBConfiguration(path: nil, threads: 1))
                    let stored = try await Warehouse(engine: engine, shared: answers).encodedAnswer(question())
                    #expect(stored.answer.dataVersion == 0)
                    #expect(stored.source == .computed)
                    await engine.close()
                }
            }
        }
    }

    /// What was shared after a backup was made is not the restored store's, although that comes to the same version.
    @Test func aStoreThatWasPutBackIsNotTakenForTheOneThatWentOn() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rollbook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("a.duckdb")
        let backup = folder.appendingPathComponent("b.duckdb")
        try await RedisServer.with { server in
            try await server.withAnswers { answers in
                func refreshAndAsk(refreshing: Bool = true) async throws -> StoredAnswer {
                    let engine = try await DuckDBEngine(DuckDBConfiguration(path: file.path, threads: 1))
                    let warehouse = Warehouse(engine: engine, shared: answers)
                    if refreshing { _ = try await warehouse.refresh() }
                    let stored = try await warehouse.encodedAnswer(question())
                    await engine.close()
                    return stored
                }
                _ = try await refreshAndAsk()
                try FileManager.default.copyItem(at: file, to: backup)
                let wentOn = try await refreshAndAsk()
                let again = try await refreshAndAsk(refreshing: false)
                #expect(again.source == .shared)
                try FileManager.default.removeItem(at: file)
                try FileManager.default.copyItem(at: backup, to: file)
                let putBack = try await refreshAndAsk()
                #expect(putBack.answer.dataVersion == wentOn.answer.dataVersion)
                #expect(putBack.source == .computed)
            }
        }
    }

    @Test func whoeverAsksAtOnceComputesOnce() async throws {
        try await Self.with { one, other, _ in
            let questions = try (1...20).map {
                try Question(report: "engagement-trend", parameters: ["days": String($0)])
            }
            let sources = try await withThrowingTaskGroup(of: AnswerSource.self) { group in
                for warehouse in [one, other, one, other] {
                    for question in questions {
                        group.addTask { try await warehouse.encodedAnswer(question).source }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(sources.count == 80)
            let found = one.cache.statistics.sharedHits + other.cache.statistics.sharedHits
            let begun = one.cache.statistics.misses + other.cache.statistics.misses
            // What was begun and not found elsewhere was computed: once for each question.
            #expect(begun - found == 20)
        }
    }

    @Test func aRefreshReachesTheOther() async throws {
        try await Self.with { one, other, _ in
            _ = try await other.encodedAnswer(question())
            #expect(other.cache.statistics.entries == 1)
            _ = try await one.refresh()
            try await until("the other has forgotten") { other.cache.statistics.entries == 0 }
            let stored = try await other.encodedAnswer(question())
            #expect(stored.source == .computed)
            #expect(stored.answer.dataVersion == one.currentDataVersion)
        }
    }

    @Test func anInvalidationReachesTheOther() async throws {
        try await Self.with { one, other, server in
            _ = try await other.encodedAnswer(question())
            _ = try await other.encodedAnswer(Question(view: "teacher_workload"))
            let forgotten = await one.invalidate(prefix: "engagement-trend/")
            #expect(forgotten.memory == 0 && forgotten.shared == 1)
            try await until("the other has forgotten") { other.cache.statistics.entries == 1 }
            let given = try await other.encodedAnswer(question())
            #expect(given.source == .computed)
            let view = try await other.encodedAnswer(Question(view: "teacher_workload"))
            #expect(view.source == .memory)
        }
    }

    @Test func whatIsComputedDuringAnInvalidationIsNotShared() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { answers in
                let cache = AnswerCache(shared: answers)
                _ = try await cache.answer(for: key()) {
                    cache.invalidate(prefix: "student-progress/")
                    return answer()
                }
                let names = try await server.keys()
                #expect(names.isEmpty)
            }
        }
    }

    @Test func aDeadHolderBlocksNobodyForLong() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { dead in
                try await server.withAnswers { answers in
                    // It never comes back: neither an answer nor a renewal.
                    _ = await dead.claim(key(), for: .milliseconds(300))
                    let cache = AnswerCache(
                        configuration: CacheConfiguration(patience: .seconds(3600)), shared: answers)
                    let given = try await cache.answer(for: key()) { answer() }
                    #expect(given.source == .computed)
                }
            }
        }
    }

    @Test func aLongComputationKeepsItsLease() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { first in
                try await server.withAnswers { second in
                    let configuration = CacheConfiguration(leaseTime: .milliseconds(300), patience: .seconds(3600))
                    let caches = [first, second].map { AnswerCache(configuration: configuration, shared: $0) }
                    let count = Counter()
                    let sources = try await withThrowingTaskGroup(of: AnswerSource.self) { group in
                        for cache in caches {
                            group.addTask {
                                try await cache.answer(for: key()) {
                                    count.increment()
                                    try await Task.sleep(for: .seconds(1.5))
                                    return answer()
                                }.source
                            }
                        }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(count.value == 1)
                    #expect(Set(sources) == [.computed, .shared])
                    let names = try await server.keys()
                    #expect(names == [first.layout.answer(key())])
                }
            }
        }
    }

    @Test func aFailureFreesTheLease() async throws {
        struct Broken: Error {}
        try await RedisServer.with { server in
            try await server.withAnswers { answers in
                let cache = AnswerCache(
                    configuration: CacheConfiguration(leaseTime: .seconds(3600)), shared: answers)
                await #expect(throws: Broken.self) { try await cache.answer(for: key()) { throw Broken() } }
                let names = try await server.keys()
                #expect(names.isEmpty)
                let given = try await cache.answer(for: key()) { answer() }
                #expect(given.source == .computed)
            }
        }
    }

    @Test func patienceEndsWhereAHolderHoldsOn() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { other in
                try await server.withAnswers { answers in
                    _ = await other.claim(key(), for: .seconds(3600))
                    let cache = AnswerCache(
                        configuration: CacheConfiguration(leaseTime: .seconds(3600), patience: .milliseconds(200)),
                        shared: answers)
                    let given = try await cache.answer(for: key()) { answer() }
                    #expect(given.source == .computed)
                }
            }
        }
    }

    @Test func anAnswerIsNoFresherThanWhereItComesFrom() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { answers in
                await answers.keep(answer(), under: key(), for: .milliseconds(400))
                let cache = AnswerCache(shared: answers)
                let given = try await cache.answer(for: key()) { answer() }
                #expect(given.source == .shared)
                try await until("it has expired in memory") { cache.lookup(key()) == nil }
            }
        }
    }
}
