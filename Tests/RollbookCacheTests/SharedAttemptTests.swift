import RollbookModel
import Testing

@testable import RollbookCache

@Suite struct SharedAttemptTests {
    private static let second: Int64 = 1_000_000_000
    private let lease = SharedLease(key: key(), token: "t")

    private func attempt() -> SharedAttempt { SharedAttempt(start: 0, patience: 10 * Self.second) }

    @Test func whatIsThereIsTaken() {
        var attempt = attempt()
        let found = SharedAnswer(answer: answer(), remaining: .seconds(1))
        guard case .take(let taken) = attempt.next(.found(found), now: 0) else {
            Issue.record("it is not taken")
            return
        }
        #expect(taken.answer === found.answer)
    }

    @Test func whoGetsTheLeaseComputesUnderIt() {
        var attempt = attempt()
        guard case .compute(let granted) = attempt.next(.granted(lease), now: 0) else {
            Issue.record("nothing is computed")
            return
        }
        #expect(granted == lease)
    }

    @Test func whoCannotAskComputesAlone() {
        var attempt = attempt()
        guard case .compute(nil) = attempt.next(.unavailable, now: 0) else {
            Issue.record("nothing is computed, or under a lease")
            return
        }
    }

    @Test func othersWaitEverLongerButNotForEver() {
        var attempt = attempt()
        var now: Int64 = 0
        var waits: [Int64] = []
        while case .wait(let time) = attempt.next(.taken, now: now) {
            waits.append(time)
            now += time
            guard waits.count < 1000 else { break }
        }
        #expect(now == 10 * Self.second)
        #expect(waits.prefix(5) == [20_000_000, 40_000_000, 80_000_000, 160_000_000, 200_000_000])
        #expect(waits.allSatisfy { $0 <= SharedAttempt.waits.upperBound })
        guard case .compute(nil) = attempt.next(.taken, now: now) else {
            Issue.record("patience has no end")
            return
        }
    }

    @Test func aHolderThatDiedIsReplacedByWhoeverAsksNext() {
        var attempt = attempt()
        guard case .wait = attempt.next(.taken, now: 0), case .compute(lease) = attempt.next(.granted(lease), now: 1)
        else {
            Issue.record("the lease that is free again is not used")
            return
        }
    }
}
