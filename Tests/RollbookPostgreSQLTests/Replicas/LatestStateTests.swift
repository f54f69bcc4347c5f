import RollbookModel
import RollbookStore
import Testing

@testable import RollbookPostgreSQL

@Suite("The state that is known without asking")
struct LatestStateTests {
    private let now = ContinuousClock.now
    private let state = { StoreState(dataVersion: $0, dataAsOf: nil, zone: .utc) }

    @Test("is that of the last look, for a while")
    func looks() {
        var latest = LatestState()
        #expect(latest.state(notOlderThan: .seconds(2), at: now) == nil)
        latest.saw(state(5), epoch: latest.epoch, at: now)
        #expect(latest.state(notOlderThan: .seconds(2), at: now + .seconds(2)) == state(5))
        #expect(latest.state(notOlderThan: .seconds(2), at: now + .seconds(3)) == nil)
    }

    @Test("is that of a commit at once, and nobody's while one is under way")
    func commits() {
        var latest = LatestState()
        let before = latest.epoch
        latest.beginCommit()
        let during = latest.epoch
        #expect(latest.state(notOlderThan: .seconds(2), at: now) == nil)
        latest.endCommit(state(6), at: now)
        latest.saw(state(5), epoch: before, at: now)
        latest.saw(state(5), epoch: during, at: now)
        #expect(latest.state(notOlderThan: .seconds(2), at: now) == state(6))
    }

    @Test("is not known after a commit of which nobody knows whether it was stored")
    func unknownCommit() {
        var latest = LatestState()
        latest.saw(state(5), epoch: latest.epoch, at: now)
        latest.beginCommit()
        latest.endCommit(nil, at: now)
        #expect(latest.state(notOlderThan: .seconds(2), at: now) == nil)
    }
}
