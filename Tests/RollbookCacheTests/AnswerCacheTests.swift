import RollbookCache
import RollbookModel
import Testing

/// Every wait here is for something another task surely does; the time limit only turns a defect into a failure.
@Suite(.timeLimit(.minutes(1))) struct AnswerCacheTests {
    private let clock = ManualClock()
    private let cache: AnswerCache

    init() { cache = AnswerCache(now: clock.now) }

    /// Waits until the cache's counts say so.
    private func until(_ isReached: (CacheStatistics) -> Bool) async {
        while !isReached(cache.statistics) { await Task.yield() }
    }

    @Test func theSecondQuestionIsAHit() async throws {
        let first = try await cache.answer(for: key()) { answer() }
        let second = try await cache.answer(for: key()) { throw Failure() }
        #expect(!first.isHit)
        #expect(second.isHit)
        #expect(first.answer === second.answer)
        #expect(cache.lookup(key()) === first.answer)
        #expect(cache.lookup(key(student: 2)) == nil)
        #expect(cache.statistics.hits == 2)
        #expect(cache.statistics.misses == 1)
    }

    @Test func hundredsOfAskersShareOneComputation() async throws {
        let computations = Counter()
        let cache = cache
        let answers = try await withThrowingTaskGroup(of: EncodedAnswer.self) { group in
            for _ in 0..<400 {
                group.addTask {
                    try await cache.answer(for: key()) {
                        computations.increment()
                        while cache.statistics.joins < 399 { await Task.yield() }
                        return answer()
                    }.answer
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(computations.value == 1)
        #expect(answers.allSatisfy { $0 === answers[0] })
        #expect(answers.count == 400)
    }

    @Test func manyKeysAtOnceAreComputedOnceEach() async throws {
        let computations = Counter()
        let cache = cache
        try await withThrowingTaskGroup(of: Void.self) { group in
            for asker in 0..<600 {
                group.addTask {
                    let student = Int64(asker % 20)
                    let given = try await cache.answer(for: key(student: student)) {
                        computations.increment()
                        await Task.yield()
                        return answer(filledWith: UInt8(student))
                    }
                    #expect(given.answer.body.first == UInt8(student))
                }
            }
            try await group.waitForAll()
        }
        #expect(computations.value == 20)
        let statistics = cache.statistics
        #expect(statistics.hits + statistics.joins + statistics.misses == 600)
    }

    @Test func aFailureReachesAllWhoWaitAndIsNotKept() async throws {
        let cache = cache
        let askers = (0..<50).map { _ in
            Task {
                try await cache.answer(for: key()) {
                    while cache.statistics.joins < 49 { await Task.yield() }
                    throw Failure()
                }.answer
            }
        }
        for asker in askers { await #expect(throws: Failure.self) { try await asker.value } }
        #expect(try await cache.answer(for: key()) { answer() }.isHit == false)
    }

    @Test func oneWhoGoesAwayDoesNotTakeTheOthersAnswer() async throws {
        let cache = cache
        let isOpen = Counter()
        let compute: @Sendable () async throws -> EncodedAnswer = {
            while isOpen.value == 0 { await Task.yield() }
            try Task.checkCancellation()
            return answer()
        }
        let leaving = Task { try await cache.answer(for: key(), compute: compute).answer }
        await until { $0.misses == 1 }
        let staying = Task { try await cache.answer(for: key(), compute: compute).answer }
        await until { $0.joins == 1 }
        leaving.cancel()
        await #expect(throws: RollbookError.self) { try await leaving.value }
        isOpen.increment()
        #expect(try await staying.value === cache.lookup(key()))
    }

    @Test func theComputationIsCancelledWhenAllHaveGone() async throws {
        let cache = cache
        let wasCancelled = Counter()
        let askers = (0..<20).map { _ in
            Task {
                try await cache.answer(for: key()) {
                    while !Task.isCancelled { await Task.yield() }
                    wasCancelled.increment()
                    return answer()
                }.answer
            }
        }
        await until { $0.misses + $0.joins == 20 }
        for asker in askers { asker.cancel() }
        for asker in askers { await #expect(throws: RollbookError.self) { try await asker.value } }
        while wasCancelled.value == 0 { await Task.yield() }
        #expect(cache.statistics.entries == 0)
        #expect(cache.statistics.inFlight == 0)
    }

    @Test func whoIsCancelledBeforeAskingDoesNotCompute() async throws {
        let cache = cache
        let asker = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await cache.answer(for: key()) { answer() }.answer
        }
        asker.cancel()
        await #expect(throws: RollbookError.self) { try await asker.value }
        #expect(cache.statistics.misses == 0)
    }

    @Test func randomCancellationsLeaveNothingBehind() async throws {
        let cache = cache
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                group.addTask {
                    let asker = Task {
                        try await cache.answer(for: key(student: Int64(number % 7), version: Int64(number))) {
                            for _ in 0..<(number % 11) { await Task.yield() }
                            return answer(version: Int64(number))
                        }.answer
                    }
                    for _ in 0..<(number % 13) { await Task.yield() }
                    if number % 2 == 0 { asker.cancel() }
                    let given = try? await asker.value
                    #expect(number % 2 == 0 || given != nil)
                }
            }
        }
        #expect(cache.statistics.inFlight == 0)
    }

    @Test func anAnswerLivesAnHour() async throws {
        _ = try await cache.answer(for: key()) { answer() }
        clock.advance(by: .seconds(3599))
        #expect(cache.lookup(key()) != nil)
        clock.advance(by: .seconds(1))
        #expect(cache.lookup(key()) == nil)
        #expect(cache.statistics.expirations == 1)
    }

    @Test func withoutALifetimeNothingIsKept() async throws {
        let off = AnswerCache(configuration: CacheConfiguration(timeToLive: .zero))
        for _ in 0..<2 { #expect(try await off.answer(for: key()) { answer() }.isHit == false) }
        #expect(off.lookup(key()) == nil)
        #expect(off.statistics.entries == 0)
    }

    @Test func theShippedClockMovesForward() {
        let clock = AnswerCache.monotonicClock()
        let first = clock()
        #expect(first >= 0)
        #expect(clock() >= first)
    }

    @Test func anAlternateIsCountedWithItsAnswer() async throws {
        let given = try await cache.answer(for: key()) { answer(bytes: 1000) }.answer
        let before = cache.statistics.bytes
        let first = cache.alternate(of: given, under: key(), for: "gzip") { _ in [1, 2, 3] }
        let grown = cache.statistics.bytes
        #expect(grown > before)
        let second = cache.alternate(of: given, under: key(), for: "gzip") { _ in [4] }
        #expect(second == first)
        #expect(cache.statistics.bytes == grown)
        cache.invalidate(prefix: "")
        #expect(cache.statistics.bytes == 0)
    }
}
