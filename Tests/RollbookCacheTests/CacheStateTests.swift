import Testing

@testable import RollbookCache

@Suite struct CacheStateTests {
    private var state = CacheState(maximumBytes: 100_000, timeToLive: 1000)

    private mutating func ask(_ key: AnswerKey, now: Int64 = 0) -> (CacheState.Waiter, CacheState.AskAction) {
        let waiter = state.welcome()
        return (waiter, state.ask(for: key, by: waiter, now: now))
    }

    private mutating func start(_ key: AnswerKey, now: Int64 = 0) throws -> (CacheState.Waiter, CacheState.Flight) {
        let (waiter, action) = ask(key, now: now)
        guard case .start(let flight) = action else { throw Failure() }
        return (waiter, flight)
    }

    private mutating func store(_ key: AnswerKey, _ answer: EncodedAnswer, now: Int64 = 0) throws {
        let (_, flight) = try start(key, now: now)
        _ = state.finish(flight, with: answer, of: answer.byteCount, now: now)
    }

    @Test mutating func theSecondAskerWaitsForTheFirst() throws {
        let (first, flight) = try start(key())
        let (second, action) = ask(key())
        guard case .wait = action else { throw Failure() }
        let waiting = state.finish(flight, with: answer(), of: 100, now: 0)
        #expect(waiting == [first, second])
        #expect(state.statistics.misses == 1)
        #expect(state.statistics.joins == 1)
        #expect(state.statistics.inFlight == 0)
    }

    @Test mutating func aFailureIsNotKept() throws {
        let (waiter, flight) = try start(key())
        #expect(state.finish(flight, with: nil, of: 0, now: 0) == [waiter])
        _ = try start(key())
        #expect(state.statistics.entries == 0)
    }

    @Test mutating func anAnswerExpires() throws {
        try store(key(), answer(), now: 10)
        #expect(state.look(for: key(), now: 1009) != nil)
        #expect(state.look(for: key(), now: 1010) == nil)
        #expect(state.statistics.expirations == 1)
        #expect(state.statistics.bytes == 0)
        #expect(state.look(for: key(), now: 1010) == nil)
        #expect(state.statistics.expirations == 1)
    }

    @Test mutating func aUseDoesNotProlongTheLife() throws {
        try store(key(), answer())
        for now in stride(from: Int64(0), to: 1000, by: 100) { #expect(state.look(for: key(), now: now) != nil) }
        #expect(state.look(for: key(), now: 1000) == nil)
    }

    @Test mutating func theLeastRecentlyUsedGoesFirst() throws {
        for student in 1...4 { try store(key(student: Int64(student)), answer(bytes: 20_000)) }
        _ = state.look(for: key(student: 1), now: 0)
        try store(key(student: 5), answer(bytes: 20_000))
        #expect(state.stored.keys == [5, 1, 4, 3].map { key(student: $0) })
        #expect(state.statistics.evictions == 1)
    }

    @Test mutating func anAnswerTooLargePutsNobodyOut() throws {
        try store(key(student: 1), answer())
        try store(key(student: 2), answer(bytes: 25_001))
        #expect(state.stored.keys == [key(student: 1)])
        #expect(state.statistics.evictions == 0)
    }

    @Test mutating func aGrowingAnswerMakesRoom() throws {
        let grown = answer(bytes: 20_000)
        for student in 1...3 { try store(key(student: Int64(student)), answer(bytes: 20_000)) }
        try store(key(student: 4), grown)
        state.grow(grown, by: 20_000, under: key(student: 4))
        #expect(state.stored.keys == [4, 3, 2].map { key(student: $0) })
        state.grow(answer(), by: 90_000, under: key(student: 4))
        #expect(state.statistics.entries == 3, "another answer under the key grows by itself")
        state.grow(grown, by: 90_000, under: key(student: 4))
        #expect(state.statistics.bytes <= 100_000)
    }

    @Test mutating func whatWasInvalidatedMeanwhileIsHandedOutButNotKept() throws {
        let (before, old) = try start(key())
        #expect(state.invalidate { _ in true } == 0)
        let (after, new) = try start(key())
        #expect(state.statistics.inFlight == 2)
        #expect(state.finish(old, with: answer(), of: 100, now: 0) == [before])
        #expect(state.statistics.entries == 0)
        #expect(state.finish(new, with: answer(), of: 100, now: 0) == [after])
        #expect(state.statistics.entries == 1)
    }

    @Test mutating func anAnswerIsKeptUnderTheVersionItRead() throws {
        try store(key(version: 1), answer(version: 2))
        #expect(state.look(for: key(version: 1), now: 0) == nil)
        #expect(state.look(for: key(version: 2), now: 0) != nil)
    }

    @Test mutating func theComputationIsCancelledWithItsLastWaiter() throws {
        let (first, flight) = try start(key())
        let (second, _) = ask(key())
        #expect(state.leave(first) == nil)
        #expect(state.leave(first) == nil)
        #expect(state.leave(second) == flight)
        #expect(state.finish(flight, with: answer(), of: 100, now: 0).isEmpty)
        #expect(state.statistics.entries == 0)
        _ = try start(key())
    }

    @Test mutating func leavingAnOvertakenComputationLeavesTheNewOne() throws {
        let (before, old) = try start(key())
        _ = state.invalidate { _ in true }
        let (after, new) = try start(key())
        #expect(state.leave(before) == old)
        #expect(state.finish(new, with: answer(), of: 100, now: 0) == [after])
        #expect(state.statistics.entries == 1)
    }
}
