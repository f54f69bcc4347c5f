import RollbookCache
import RollbookModel
import Testing

@Suite(.timeLimit(.minutes(1))) struct CacheInvalidationTests {
    private let cache = AnswerCache()

    @Test func aPrefixForgetsOneReport() async throws {
        for report in ["student-progress", "student-progress-archive", "class-trends"] {
            _ = try await cache.answer(for: key(report)) { answer() }
        }
        #expect(cache.invalidate(prefix: "student-progress/") == 1)
        #expect(cache.lookup(key("student-progress")) == nil)
        #expect(cache.lookup(key("student-progress-archive")) != nil)
        #expect(cache.invalidate(prefix: "nothing") == 0)
        #expect(cache.invalidate(prefix: "") == 2)
    }

    @Test func aPrefixForgetsOneStudent() async throws {
        for student in [1, 11] as [Int64] { _ = try await cache.answer(for: key(student: student)) { answer() } }
        #expect(cache.invalidate(prefix: "student-progress/student=1/") == 1)
        #expect(cache.lookup(key(student: 11)) != nil)
    }

    @Test func whatAnotherStoreForgetsIsKept() async throws {
        _ = try await cache.answer(for: key()) { answer() }
        #expect(cache.invalidate(prefix: "", of: "other") == 0)
        #expect(cache.invalidate(prefix: "", of: key().dataState.storeID) == 1)
    }

    @Test func aRefreshForgetsOlderVersions() async throws {
        for version in 1...3 {
            _ = try await cache.answer(for: key(version: Int64(version))) { answer(version: Int64(version)) }
        }
        #expect(cache.supersede(by: DataState(version: 3)) == 2)
        #expect(cache.lookup(key(version: 3)) != nil)
    }

    @Test func aComputationThatWasOvertakenIsHandedOutButNotKept() async throws {
        let cache = cache
        let given = try await cache.answer(for: key()) {
            cache.invalidate(prefix: "student-progress/")
            return answer()
        }
        #expect(!given.isHit)
        #expect(cache.lookup(key()) == nil)
    }

    @Test func whoAsksAfterAnInvalidationDoesNotGetTheOldComputation() async throws {
        let cache = cache
        let isOpen = Counter()
        let early = Task {
            try await cache.answer(for: key()) {
                while isOpen.value == 0 { await Task.yield() }
                return answer(filledWith: 1)
            }.answer
        }
        while cache.statistics.misses < 1 { await Task.yield() }
        cache.invalidate(prefix: "")
        let late = try await cache.answer(for: key()) { answer(filledWith: 2) }.answer
        #expect(late.body.first == 2)
        isOpen.increment()
        #expect(try await early.value.body.first == 1)
        #expect(cache.lookup(key()) === late)
    }

    /// A version counter stands for the data; every answer says which version it read.
    @Test func noHitIsOlderThanItsKey() async throws {
        let cache = cache
        let version = Counter(1)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<50 {
                    let next = version.increment()
                    cache.supersede(by: DataState(version: next))
                    await Task.yield()
                }
            }
            for asker in 0..<400 {
                group.addTask {
                    let asked = version.value
                    let given = try? await cache.answer(for: key(student: Int64(asker % 3), version: asked)) {
                        await Task.yield()
                        return answer(version: version.value)
                    }
                    guard let given else {
                        Issue.record("an asker got no answer")
                        return
                    }
                    #expect(given.isHit ? given.answer.dataVersion == asked : given.answer.dataVersion >= asked)
                }
            }
        }
        #expect(cache.statistics.inFlight == 0)
    }
}
