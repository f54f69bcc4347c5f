import RollbookModel
import Testing

@testable import RollbookCache

@Suite struct StaleAnswerTests {
    private let clock = ManualClock()

    private func cache(staleFor: Duration = .seconds(60)) -> AnswerCache {
        AnswerCache(
            configuration: CacheConfiguration(timeToLive: .seconds(100), staleFor: staleFor), now: clock.now)
    }

    /// A cache that holds the answer to the first version, of which the store has the second.
    private func outdated(staleFor: Duration = .seconds(60)) async throws -> AnswerCache {
        let cache = cache(staleFor: staleFor)
        cache.supersede(by: DataState(version: 1))
        _ = try await cache.answer(for: key()) { answer() }
        cache.supersede(by: DataState(version: 2))
        return cache
    }

    private func ended(_ cache: AnswerCache) async { while cache.statistics.inFlight > 0 { await Task.yield() } }

    @Test func anAnswerToOlderDataIsGivenWhileOneComputationReplacesIt() async throws {
        let cache = try await outdated()
        let gate = Counter()
        let computed = Counter()
        for _ in 0..<5 {
            let given = try await cache.answer(for: key(version: 2)) {
                while gate.value == 0 { await Task.yield() }
                computed.increment()
                return answer(version: 2)
            }
            #expect(given.source == .stale)
            #expect(given.answer.dataVersion == 1)
        }
        gate.increment()
        await ended(cache)
        #expect(computed.value == 1)
        #expect(try await cache.answer(for: key(version: 2)) { throw Failure() }.source == .memory)
        #expect(cache.statistics.staleHits == 5)
        #expect(cache.statistics.entries == 1)
    }

    @Test func anExpiredAnswerIsGivenForAsLongAsItMay() async throws {
        let cache = cache()
        _ = try await cache.answer(for: key()) { answer() }
        clock.advance(by: .seconds(159))
        #expect(try await cache.answer(for: key()) { throw Failure() }.source == .stale)
        await ended(cache)
        clock.advance(by: .seconds(1))
        #expect(try await cache.answer(for: key()) { answer() }.source == .computed)
    }

    @Test func theTimeCountsFromTheChangeOfTheData() async throws {
        let cache = try await outdated()
        clock.advance(by: .seconds(30))
        cache.supersede(by: DataState(version: 3))
        clock.advance(by: .seconds(29))
        #expect(try await cache.answer(for: key(version: 3)) { throw Failure() }.source == .stale)
        await ended(cache)
        clock.advance(by: .seconds(1))
        #expect(try await cache.answer(for: key(version: 3)) { answer(version: 3) }.source == .computed)
    }

    @Test func anAnswerThatComesLateIsNoYoungerThanItsData() async throws {
        let cache = cache()
        cache.supersede(by: DataState(version: 1))
        let gate = Counter()
        let slow = Task {
            try await cache.answer(for: key()) {
                while gate.value == 0 { await Task.yield() }
                return answer()
            }
        }
        while cache.statistics.inFlight == 0 { await Task.yield() }
        cache.supersede(by: DataState(version: 2))
        clock.advance(by: .seconds(59))
        gate.increment()
        _ = try await slow.value
        clock.advance(by: .seconds(1))
        #expect(try await cache.answer(for: key(version: 2)) { answer(version: 2) }.source == .computed)
    }

    @Test func withoutTheSettingNothingOldIsGiven() async throws {
        let cache = try await outdated(staleFor: .zero)
        #expect(cache.statistics.entries == 0)
        #expect(try await cache.answer(for: key(version: 2)) { answer(version: 2) }.source == .computed)
        clock.advance(by: .seconds(100))
        #expect(try await cache.answer(for: key(version: 2)) { answer(version: 2) }.source == .computed)
    }

    @Test func aStoreMadeAnewCountsTheSameVersions() async throws {
        let cache = cache(staleFor: .zero)
        let old = DataState(storeID: "a", version: 1, mark: "x")
        let new = DataState(storeID: "b", version: 1, mark: "y")
        cache.supersede(by: old)
        _ = try await cache.answer(for: key().with(old)) { answer() }
        #expect(cache.supersede(by: new) == 1)
        let given = try await cache.answer(for: key().with(new)) {
            EncodedAnswer(body: [1], generatedAt: Instant(secondsSinceEpoch: 0), dataState: new)
        }
        #expect(given.source == .computed)
        #expect(cache.lookup(key().with(new)) != nil)
    }

    @Test func anAnswerOfAnotherStoreIsNoOlderAnswer() async throws {
        let old = DataState(storeID: "a", version: 1, mark: "x")
        let new = DataState(storeID: "b", version: 1, mark: "y")
        let ofTheNew = EncodedAnswer(body: [1], generatedAt: Instant(secondsSinceEpoch: 0), dataState: new)
        for isTold in [false, true] {
            let cache = cache()
            cache.supersede(by: old)
            _ = try await cache.answer(for: key().with(old)) {
                EncodedAnswer(body: [0], generatedAt: Instant(secondsSinceEpoch: 0), dataState: old)
            }
            if isTold { #expect(cache.supersede(by: new) == 1) }
            #expect(try await cache.answer(for: key().with(new)) { ofTheNew }.source == .computed)
            #expect(cache.lookup(key().with(new)) === ofTheNew)
        }
    }

    @Test func whoeverWantsTheNewestWaitsForIt() async throws {
        let cache = try await outdated()
        let given = try await cache.answer(for: key(version: 2), acceptsStale: false) { answer(version: 2) }
        #expect(given.source == .computed)
        #expect(given.answer.dataVersion == 2)
        #expect(cache.statistics.staleHits == 0)
    }

    @Test func whatHasEndedTakesNoRoomFromTheNewest() async throws {
        let cache = try await outdated()
        #expect(cache.freshBytes() == 0)
        #expect(cache.statistics.entries == 1)
        _ = try await cache.answer(for: key(student: 2, version: 2)) { answer(version: 2) }
        let fresh = cache.freshBytes()
        #expect(fresh > 0 && fresh < cache.statistics.bytes)
        clock.advance(by: .seconds(60))
        #expect(cache.freshBytes() == fresh)
        #expect(cache.statistics.bytes == fresh)
    }

    @Test func whatWasInvalidatedIsNotGivenAsOldEither() async throws {
        let cache = try await outdated()
        cache.invalidate(prefix: "student-progress/")
        #expect(try await cache.answer(for: key(version: 2)) { answer(version: 2) }.source == .computed)
    }

    @Test func aFailureLeavesTheOldAnswer() async throws {
        let cache = try await outdated()
        for _ in 0..<2 {
            #expect(try await cache.answer(for: key(version: 2)) { throw Failure() }.source == .stale)
            await ended(cache)
        }
    }
}
