/// How full an engine's queue is, and what became of the questions that came to it.
public struct QueueStatus: Hashable, Sendable {
    /// What is waited for, in words with underscores: `readers`, `writer`.
    public let name: String
    /// How many questions run at once.
    public let size: Int
    /// How many run now.
    public let busy: Int
    /// How many wait now.
    public let waiting: Int
    /// How many may wait.
    public let maximumWaiting: Int
    /// What became of those who came.
    public let counts: QueueCounts

    /// Whether all are busy and others wait.
    public var isSaturated: Bool { waiting > 0 }

    /// How long whoever comes now would wait, about: by the mean of the last uses.
    public var expectedWait: Duration {
        size == 0 || busy < size ? .zero : counts.meanUse * (Double(waiting + 1) / Double(size))
    }
}

/// What became of the questions that came to a queue.
public struct QueueCounts: Hashable, Sendable {
    /// How many had their turn.
    public internal(set) var admitted: Int64 = 0
    /// How many found too many others waiting.
    public internal(set) var refused: Int64 = 0
    /// How many waited as long as they may, in vain.
    public internal(set) var expired: Int64 = 0
    /// When somebody was last refused, or waited in vain.
    public internal(set) var refusedAt: ContinuousClock.Instant?
    /// How long a use took lately: a mean in which older uses count less and less.
    public internal(set) var meanUse = Duration.zero

    mutating func refuse() { (refused, refusedAt) = (refused + 1, .now) }

    mutating func expire() { (expired, refusedAt) = (expired + 1, .now) }

    mutating func used(for duration: Duration) { meanUse = meanUse == .zero ? duration : (meanUse * 7 + duration) / 8 }
}

extension Engine {
    /// Nothing is known of queues.
    public var queues: [QueueStatus] { [] }
}
