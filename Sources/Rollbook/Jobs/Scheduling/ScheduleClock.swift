import RollbookModel
import Synchronization

/// The clock by which schedules go: the store's own, so that processes whose clocks differ fall due together.
///
/// Between two looks it goes on by the time that passes, whatever is done to this machine's clock meanwhile.
final class ScheduleClock: Sendable {
    private let fixed: (@Sendable () -> Instant)?
    private let seen = Mutex<(storeNow: Instant, at: ContinuousClock.Instant)?>(nil)

    /// Makes a clock that knows nothing of the store's yet.
    ///
    /// - Parameter fixed: goes before the store's clock where it is given.
    init(_ fixed: (@Sendable () -> Instant)?) { self.fixed = fixed }

    /// The present.
    var now: Instant {
        if let fixed { return fixed() }
        guard let seen = seen.withLock({ $0 }) else { return .now }
        return seen.storeNow.adding(ContinuousClock.now - seen.at)
    }

    /// The store has said what time it is.
    ///
    /// - Returns: the present.
    @discardableResult func saw(_ storeNow: Instant) -> Instant {
        if let fixed { return fixed() }
        seen.withLock { $0 = (storeNow, .now) }
        return storeNow
    }
}
