import RollbookModel
import Testing

@testable import RollbookCache

/// The cache as one would write it without a care for speed.
private struct NaiveCache {
    struct Entry {
        let key: AnswerKey
        let answer: EncodedAnswer
        let storedAt: Int64
        var bytes: Int
    }
    let maximumBytes: Int
    let timeToLive: Int64
    /// The most recently used first.
    var entries: [Entry] = []
    var evictions: Int64 = 0

    var bytes: Int { entries.reduce(0) { $0 + $1.bytes } }

    mutating func use(_ key: AnswerKey, now: Int64) -> EncodedAnswer? {
        guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
        let entry = entries.remove(at: index)
        if now - entry.storedAt >= timeToLive { return nil }
        entries.insert(entry, at: 0)
        return entry.answer
    }

    mutating func store(_ answer: EncodedAnswer, under key: AnswerKey, now: Int64) {
        entries.removeAll { $0.key == key }
        let bytes = answer.byteCount + key.text.utf8.count + StoredAnswers.overhead
        if bytes > maximumBytes / 4 { return }
        entries.insert(Entry(key: key, answer: answer, storedAt: now, bytes: bytes), at: 0)
        makeRoom()
    }

    mutating func grow(_ key: AnswerKey, by growth: Int) {
        guard let index = entries.firstIndex(where: { $0.key == key }) else { return }
        entries[index].bytes += growth
        makeRoom()
    }

    mutating func makeRoom() {
        while bytes > maximumBytes {
            entries.removeLast()
            evictions += 1
        }
    }
}

@Suite struct CacheModelTests {
    private struct Running {
        let flight: CacheState.Flight
        let key: AnswerKey
        var waiters: [CacheState.Waiter]
        var isStale = false
    }

    /// Both caches, and the computations that run, under one stream of random events.
    private struct Trial {
        var generator: SeededGenerator
        var state = CacheState(maximumBytes: 20_000, timeToLive: 60)
        var naive = NaiveCache(maximumBytes: 20_000, timeToLive: 60)
        var running: [Running] = []
        var now: Int64 = 0

        mutating func step() throws {
            now += .random(in: 0...5, using: &generator)
            switch Int.random(in: 0..<100, using: &generator) {
            case 0..<50: try ask()
            case 50..<85: finish()
            case 85..<90: leave()
            case 90..<95: grow()
            case 95..<97: invalidate(report: Bool.random(using: &generator) ? "alpha/" : "beta/")
            default: invalidate(olderThan: .random(in: 0...2, using: &generator))
            }
        }

        mutating func randomKey() -> AnswerKey {
            key(
                Bool.random(using: &generator) ? "alpha" : "beta", student: .random(in: 1...8, using: &generator),
                version: .random(in: 1...2, using: &generator))
        }

        mutating func ask() throws {
            let (key, waiter) = (randomKey(), state.welcome())
            let expected = naive.use(key, now: now)
            switch state.ask(for: key, by: waiter, now: now) {
            case .take(let answer): #expect(answer === expected)
            case .takeStale: Issue.record("nothing old is ever to be given here")
            case .start(let flight):
                #expect(expected == nil)
                #expect(!running.contains { $0.key == key && !$0.isStale })
                running.append(Running(flight: flight, key: key, waiters: [waiter]))
            case .wait:
                #expect(expected == nil)
                let index = try #require(running.firstIndex { $0.key == key && !$0.isStale })
                running[index].waiters.append(waiter)
            }
        }

        mutating func finish() {
            guard let index = running.indices.randomElement(using: &generator) else { return }
            let run = running.remove(at: index)
            guard Int.random(in: 0..<10, using: &generator) > 0 else {
                #expect(state.finish(run.flight, with: nil, of: 0, now: now) == run.waiters)
                return
            }
            let version = run.key.dataState.version + (Int.random(in: 0..<10, using: &generator) == 0 ? 1 : 0)
            let answer = answer(bytes: .random(in: 0...5_000, using: &generator), version: version)
            #expect(state.finish(run.flight, with: answer, of: answer.byteCount, now: now) == run.waiters)
            if !run.isStale { naive.store(answer, under: run.key.with(DataState(version: version)), now: now) }
        }

        mutating func leave() {
            guard let index = running.indices.randomElement(using: &generator) else { return }
            let waiter = running[index].waiters.removeFirst()
            let isLast = running[index].waiters.isEmpty
            #expect(state.leave(waiter) == (isLast ? running[index].flight : nil))
            if isLast { running.remove(at: index) }
        }

        mutating func grow() {
            guard let entry = naive.entries.randomElement(using: &generator) else { return }
            let growth = Int.random(in: 1...3000, using: &generator)
            state.grow(entry.answer, by: growth, under: entry.key)
            naive.grow(entry.key, by: growth)
        }

        mutating func invalidate(report: String) { invalidate { $0.text.hasPrefix(report) } }

        mutating func invalidate(olderThan version: Int64) { invalidate { $0.dataState.version < version } }

        mutating func invalidate(where matches: (AnswerKey) -> Bool) {
            let before = naive.entries.count
            naive.entries.removeAll { matches($0.key) }
            #expect(state.invalidate(where: matches) == before - naive.entries.count)
            for index in running.indices where matches(running[index].key) { running[index].isStale = true }
        }

        func check() {
            #expect(state.stored.keys == naive.entries.map(\.key))
            let statistics = state.statistics
            #expect(statistics.bytes == naive.bytes)
            #expect(statistics.bytes <= 20_000)
            #expect(statistics.entries == naive.entries.count)
            #expect(statistics.evictions == naive.evictions)
            #expect(statistics.inFlight == running.count)
        }
    }

    @Test(arguments: 1...20) func everyOrderOfEventsGivesWhatTheNaiveCacheGives(seed: UInt64) throws {
        var trial = Trial(generator: SeededGenerator(seed: seed))
        for _ in 0..<1500 {
            try trial.step()
            trial.check()
        }
        #expect(trial.state.statistics.hits > 0)
        #expect(trial.state.statistics.evictions > 0)
        #expect(trial.state.statistics.expirations > 0)
    }
}
