/// How far the primary's log had come at which time, so that the position of a replica tells how old its state is.
///
/// A primary where nothing happens does not make its replicas look late: what they have replayed is still its state.
struct LagHistory {
    private var samples: [(time: ContinuousClock.Instant, position: Int64)] = []
    private let span: Duration

    /// - Parameter longestLag: the longest lag that matters; what is much older is forgotten.
    init(longestLag: Duration) { span = longestLag * 2 }

    /// Remembers that the primary had come to `position`, in bytes, when it was asked at `time`.
    mutating func record(_ position: Int64, at time: ContinuousClock.Instant) {
        if let last = samples.last {
            guard time >= last.time else { return }
            // The log of a primary that was replaced is another one.
            if position < last.position { samples = [] }
            // Of a position, only the latest time matters; of times close together, only the later one.
            if position == last.position || isDense(at: time) { samples.removeLast() }
        }
        samples.append((time, position))
        let forgotten = time - span
        while samples.count > 1, samples[1].time < forgotten { samples.removeFirst() }
    }

    /// How long ago a state was the primary's that has been replayed up to `position`; nil where that is longer ago than
    /// is remembered.
    func lag(of position: Int64, at now: ContinuousClock.Instant) -> Duration? {
        guard let newest = samples.last else { return nil }
        if position >= newest.position {
            // Nobody knows how far a primary has come that has not been heard of since.
            let age = newest.time.duration(to: now)
            return age > Routing.trustedAge ? age : .zero
        }
        return samples.last { $0.position <= position }.map { max(.zero, $0.time.duration(to: now)) }
    }

    /// How many samples are remembered.
    var count: Int { samples.count }

    /// Thousands of samples would say no more.
    private func isDense(at time: ContinuousClock.Instant) -> Bool {
        samples.count >= 2 && samples[samples.count - 2].time.duration(to: time) < span / 1000
    }
}
