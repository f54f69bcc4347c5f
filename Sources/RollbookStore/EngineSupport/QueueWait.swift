import Synchronization

/// Adds up how long a question waited in engines' queues: whoever asks sets one for the task, and queues add to it.
package final class QueueWait: Sendable {
    /// The one of the question that the task works on.
    @TaskLocal package static var current: QueueWait?

    private let nanoseconds = Atomic<Int64>(0)

    package init() {}

    /// All that was waited.
    package var total: Duration { .nanoseconds(nanoseconds.load(ordering: .relaxed)) }

    /// Adds what was waited since an instant.
    package func add(since start: ContinuousClock.Instant) {
        let waited = (ContinuousClock.now - start) / .nanoseconds(1)
        nanoseconds.wrappingAdd(Int64(waited), ordering: .relaxed)
    }
}
