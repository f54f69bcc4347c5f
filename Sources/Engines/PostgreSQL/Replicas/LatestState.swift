import RollbookStore

/// The newest state of the store that the primary is known to have had, and whether a commit of this process is under
/// way, when nobody knows which it is.
struct LatestState {
    private var state: StoreState?
    private var time: ContinuousClock.Instant?
    private var commits = 0
    /// Grows with each beginning and end of a commit: what was asked before it may be old.
    private(set) var epoch = 0

    mutating func beginCommit() {
        commits += 1
        epoch += 1
    }

    /// - Parameter state: the state that was stored; nil where that is not known.
    mutating func endCommit(_ state: StoreState?, at now: ContinuousClock.Instant) {
        commits -= 1
        epoch += 1
        (self.state, time) = (state, now)
    }

    /// Takes in what the primary had when it was asked at `time`, in the epoch of then.
    mutating func saw(_ state: StoreState?, epoch: Int, at time: ContinuousClock.Instant) {
        if epoch == self.epoch { (self.state, self.time) = (state, time) }
    }

    /// The state, where it is not older than `limit`.
    func state(notOlderThan limit: Duration, at now: ContinuousClock.Instant) -> StoreState? {
        guard commits == 0, let time, time.duration(to: now) <= limit else { return nil }
        return state
    }
}
