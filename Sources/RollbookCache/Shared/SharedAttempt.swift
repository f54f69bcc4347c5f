/// How a server comes by an answer that is not in its memory, as a value: it takes what the shared cache said and says what
/// to do.
struct SharedAttempt {
    enum Action {
        /// Take the answer.
        case take(SharedAnswer)
        /// Compute it, for all servers where there is a lease, else for this one alone.
        case compute(SharedLease?)
        /// Wait so long, in nanoseconds, or until there is news, then ask again.
        case wait(Int64)
    }

    /// The first wait, and the longest, in nanoseconds. News comes sooner than either, unless it is lost.
    static let waits: ClosedRange<Int64> = 20_000_000...200_000_000

    private let start: Int64
    private let patience: Int64
    private var nextWait = Self.waits.lowerBound

    /// - Parameters:
    ///   - start: When the attempt begins, in nanoseconds.
    ///   - patience: How long it waits for another server, in nanoseconds.
    init(start: Int64, patience: Int64) {
        self.start = start
        self.patience = patience
    }

    /// What to do after the shared cache said this.
    mutating func next(_ claim: SharedClaim, now: Int64) -> Action {
        switch claim {
        case .found(let answer): return .take(answer)
        case .granted(let lease): return .compute(lease)
        case .unavailable: return .compute(nil)
        case .taken:
            let left = patience - (now - start)
            guard left > 0 else { return .compute(nil) }
            defer { nextWait = min(nextWait * 2, Self.waits.upperBound) }
            return .wait(min(nextWait, left))
        }
    }
}
