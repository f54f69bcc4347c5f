import RollbookCache
import RollbookModel
import Synchronization
import Testing

@testable import RollbookRedis

func answer(_ text: String = #"{"served_by":"memory","rows":[]}"#, state: DataState = state) -> EncodedAnswer {
    EncodedAnswer(body: Array(text.utf8), generatedAt: Instant(secondsSinceEpoch: 1), dataState: state)
}

@Suite struct RedisAnswersTests {
    @Test func whatIsKeptIsFound() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { answers in
                #expect(await answers.find(key()) == nil)
                let long = answer(#"{"served_by":"memory","rows":["\#(String(repeating: "ä", count: 500_000))"]}"#)
                for kept in [answer(), long] {
                    await answers.keep(kept, under: key(), for: .seconds(100))
                    let found = try #require(await answers.find(key()))
                    #expect(found.answer.body == kept.body)
                    #expect(found.answer.entityTag == kept.entityTag)
                    #expect(found.remaining > .seconds(90) && found.remaining <= .seconds(100))
                }
                #expect(await answers.find(key(student: .integer(2))) == nil)
                let unnamed = try await server.keys().filter { !$0.hasPrefix("test:") }
                #expect(unnamed.isEmpty)
                #expect(await answers.health() == [.well("shared_cache")])
            }
        }
    }

    @Test func itEndsAfterItsTime() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { answers in
                await answers.keep(answer(), under: key(), for: .milliseconds(50))
                try await until("it is gone") { await answers.find(key()) == nil }
                let names = try await server.keys()
                #expect(names.isEmpty)
            }
        }
    }

    @Test func oneComputesAtATime() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { one in
                try await server.withAnswers { other in
                    guard case .granted(let lease) = await one.claim(key(), for: .seconds(100)) else {
                        Issue.record("the first one is not granted the lease")
                        return
                    }
                    guard case .taken = await other.claim(key(), for: .seconds(100)) else {
                        Issue.record("there are two leases")
                        return
                    }
                    #expect(await one.renew(lease, for: .seconds(50)))
                    let foreign = SharedLease(key: key(), token: "other")
                    #expect(await !other.renew(foreign, for: .seconds(50)))
                    await other.release(foreign)
                    guard case .taken = await other.claim(key(), for: .seconds(100)) else {
                        Issue.record("somebody else has released the lease")
                        return
                    }
                    await one.keep(answer(), under: key(), for: .seconds(100))
                    guard case .found = await other.claim(key(), for: .seconds(100)) else {
                        Issue.record("an answer that is there is not found")
                        return
                    }
                    await one.release(lease)
                    #expect(await !one.renew(lease, for: .seconds(50)))
                    let names = try await server.keys()
                    #expect(names.count == 1)
                }
            }
        }
    }

    @Test func aLeaseEndsWithItsHolder() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { answers in
                _ = await answers.claim(key(), for: .milliseconds(100))
                try await until("the lease is free") {
                    if case .granted = await answers.claim(key(), for: .seconds(100)) { true } else { false }
                }
            }
        }
    }

    @Test(arguments: [
        ["SET", "ANSWER", "garbage"], ["SET", "ANSWER", ""], ["RPUSH", "ANSWER", "x"], ["HSET", "ANSWER", "a", "b"],
        ["SET", "LEASE", "garbage"], ["RPUSH", "LEASE", "x"], ["SET", "LEASE", "garbage", "EX", "86400"],
        ["SET", "test:f1", "garbage"], ["RPUSH", "test:f1", "x"],
    ])
    func garbageUnderAKeyIsNotInTheWay(command: [String]) async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { answers in
                let names = ["ANSWER": answers.layout.answer(key()), "LEASE": answers.layout.lease(key())]
                _ = try await server.ask(command.map { names[$0] ?? $0 })
                #expect(await answers.find(key()) == nil)
                guard case .granted(let lease) = await answers.claim(key(), for: .seconds(2)) else {
                    Issue.record("nobody may compute")
                    return
                }
                await answers.keep(answer(), under: key(), for: .seconds(100))
                await answers.release(lease)
                #expect(await answers.find(key())?.answer.body == answer().body)
                #expect(await answers.forget(prefix: "student-progress/", of: state.storeID) == 1)
                #expect(await answers.health() == [.well("shared_cache")])
            }
        }
    }

    @Test func anAnswerThatWasMovedOrLostItsEndIsNone() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { answers in
                await answers.keep(answer(), under: key(), for: .seconds(100))
                let moved = key(student: .integer(2))
                _ = try await server.ask(["COPY", answers.layout.answer(key()), answers.layout.answer(moved)])
                #expect(await answers.find(moved) == nil)
                _ = try await server.ask(["PERSIST", answers.layout.answer(key())])
                #expect(await answers.find(key()) == nil)
                guard case .granted = await answers.claim(key(), for: .seconds(2)) else {
                    Issue.record("what is no answer is in the way")
                    return
                }
            }
        }
    }

    @Test func aTooLongAnswerIsNotShared() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { answers in
                await answers.keep(answer(String(repeating: "x", count: 5 << 20)), under: key(), for: .seconds(100))
                let names = try await server.keys()
                #expect(names.isEmpty)
            }
        }
    }

    @Test func anInvalidationForgetsWhatItNamesAndNothingElse() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { answers in
                let others = [
                    key("student-progress-archive"), key(state: DataState(storeID: "other", version: 7, mark: "9c41")),
                    key("class-trends"),
                ]
                let named =
                    (0..<1200).map { key(student: .integer($0)) }
                    + [key(state: DataState(storeID: state.storeID, version: 8, mark: "x"))]
                for key in others + named { await answers.keep(answer(), under: key, for: .seconds(100)) }
                _ = try await server.ask(["SET", "somebody:else", "x"])
                #expect(await answers.forget(prefix: "student-progress/", of: state.storeID) == 1201)
                for key in others { #expect(await answers.find(key) != nil) }
                // What a glob would take for its own is only a text.
                #expect(await answers.forget(prefix: "*", of: state.storeID) == 0)
                #expect(await answers.forget(prefix: "class-trend[a-z]/", of: state.storeID) == 0)
                #expect(await answers.forget(prefix: "", of: nil) == 3)
                let names = try await server.keys()
                #expect(names == ["somebody:else", "test:f1"])
            }
        }
    }

    @Test(arguments: [["CONFIG", "SET", "maxmemory", "1"], ["REPLICAOF", "127.0.0.1", "1"]])
    func aRefusalIsNoSuccess(command: [String]) async throws {
        try await RedisServer.with(["maxmemory-policy noeviction"]) { server in
            try await server.withAnswers { answers in
                await answers.keep(answer(), under: key(), for: .seconds(100))
                _ = try await server.ask(command)
                #expect(await answers.forget(prefix: "student-progress/", of: state.storeID) == nil)
            }
        }
    }

    @Test func whoWaitsForTheFirstConnectionWaitsAsLongAsItSays() async throws {
        try await RedisServer.with { server in
            server.pause()
            let configuration = try RedisConfiguration(
                address: RedisAddress(server.url), connectTimeout: .seconds(3600))
            let answers = RedisAnswers(configuration)
            let isOver = Counter()
            let patient = Task {
                await answers.commands.settled(within: .seconds(3600))
                isOver.increment()
            }
            for _ in 0..<20 { await answers.commands.settled(within: .milliseconds(5)) }
            #expect(isOver.value == 0)
            await answers.close()
            await patient.value
        }
    }

    @Test func databasesAndPrefixesAreKeptApart() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { one in
                await one.keep(answer(), under: key(), for: .seconds(100))
                try await server.withAnswers(prefix: "other") { #expect(await $0.find(key()) == nil) }
                let socket = "unix://:pa%2Fss%40w0rd@\(server.socket)?db=3"
                try await server.withAnswers(url: socket) { #expect(await $0.find(key()) != nil) }
                let third = server.url.replacing("/3", with: "/4")
                try await server.withAnswers(url: third) { #expect(await $0.find(key()) == nil) }
            }
        }
    }
}

@Suite struct NewsTests {
    @Test func serversHearOfEachOther() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { one in
                try await server.withAnswers { other in
                    let heard = Heard()
                    other.listen(heard.receive)
                    one.listen { Issue.record("a server hears itself: \($0)") }
                    try await until("both listen") { try await listeners(server) == 2 }
                    await one.announce(state)
                    await one.forget(prefix: "class-trends/")
                    try await until("it is heard") {
                        heard.all == [.state(state), .forget(prefix: "class-trends/", storeID: nil)]
                    }
                    for garbage in ["", "x", "x state", "\u{FFFF} forget"] {
                        _ = try await server.ask(["PUBLISH", "test:n1", garbage])
                    }
                    async let news: Void = other.news(of: key(), within: .seconds(3600))
                    try await until("it is told until somebody waits") {
                        await one.keep(answer(), under: key(), for: .seconds(100))
                        return other.isIdle
                    }
                    await news
                    #expect(heard.all.count == 2)
                }
            }
        }
    }

    @Test func whatWasForgottenUnheardIsNoticed() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { one in
                let heard = Heard()
                one.listen(heard.receive)
                try await until("it listens and has looked") {
                    try await listeners(server) == 1 && one.state.withLock { $0.forgettings != nil }
                }
                _ = try await server.ask(["INCR", "test:f1"])
                try await until("all is forgotten") { heard.all == [.forget(prefix: "", storeID: nil)] }
            }
        }
    }

    @Test func aServerThatWasEmptiedMayHaveCounted() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { one in
                _ = try await server.ask(["SET", "test:f1", "7"])
                let heard = Heard()
                one.listen(heard.receive)
                try await until("it has looked") { one.state.withLock { $0.forgettings == 7 } }
                // What is no number says nothing.
                _ = try await server.ask(["SET", "test:f1", "garbage"])
                _ = try await server.ask(["DEL", "test:f1"])
                try await until("all is forgotten") { heard.all == [.forget(prefix: "", storeID: nil)] }
            }
        }
    }

    @Test func aServerThatWasEmptiedCountsOnElsewhere() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { one in
                var numbers: Set<Int64> = []
                for _ in 0..<2 {
                    await one.forget(prefix: "")
                    let number = try await server.ask(["GET", "test:f1"]).bytes.flatMap {
                        Int64(String(decoding: $0, as: UTF8.self))
                    }
                    numbers.insert(try #require(number))
                    _ = try await server.ask(["FLUSHALL"])
                }
                #expect(numbers.count == 2)
                #expect(numbers.allSatisfy { $0 > 1_000_000 })
            }
        }
    }

    /// What a server hears it forgets, and then looks in Redis: there it must not find what it has forgotten.
    @Test func whoIsToldFindsNothingAnyMore() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { one in
                try await server.withAnswers { other in
                    let stood = Mutex<[Task<Bool, any Error>]>([])
                    other.listen { notice in
                        guard case .forget = notice else { return }
                        let task = Task { try await server.keys().contains(other.layout.answer(key())) }
                        stood.withLock { $0.append(task) }
                    }
                    try await until("it listens") { try await listeners(server) == 1 }
                    // So many that forgetting takes longer than telling.
                    for student in 0..<3000 {
                        await one.keep(answer(), under: key(student: .integer(Int64(student))), for: .seconds(100))
                    }
                    await one.forget(prefix: "student-progress/")
                    try await until("it was told") { stood.withLock { !$0.isEmpty } }
                    for task in stood.withLock({ $0 }) { #expect(try await !task.value) }
                }
            }
        }
    }

    @Test func aListenerThatWasBackBeginsAnewToWait() async throws {
        try await RedisServer.with { server in
            try await server.withAnswers { one in
                one.listen { _ in }
                try await until("it listens") { try await listeners(server) == 1 }
                let listener = try #require(one.state.withLock { $0.listener })
                server.kill()
                try await until("it has tried in vain") { listener.failures >= 3 }
                try await server.start()
                try await until("it waits for nothing") { listener.failures == 0 }
            }
        }
    }

    private func listeners(_ server: RedisServer) async throws -> Int64 {
        try await server.ask(["PUBSUB", "NUMSUB", "test:n1"]).list?.last?.number ?? 0
    }
}
