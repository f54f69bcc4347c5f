public import CoreMetrics
import Synchronization

/// A counter of what somebody else counts already: it is told the total, and grows by what came since.
public final class RunningTotal: Sendable {
    private let counter: FloatingPointCounter
    private let seen = Mutex(0.0)

    /// Makes the counter of a metric.
    public init(_ label: String, _ dimensions: [(String, String)] = [], factory: any MetricsFactory) {
        counter = FloatingPointCounter(label: label, dimensions: dimensions, factory: factory)
        // Shown as zero until something is counted: what nobody has seen cannot be seen to grow.
        counter.increment(by: 0)
    }

    /// Takes in the total. One that is smaller than before was read earlier, by somebody who looked at the same time: what is
    /// counted lives as long as the process.
    public func saw(_ total: Double) {
        let growth = seen.withLock { seen in
            defer { seen = max(seen, total) }
            return max(0, total - seen)
        }
        counter.increment(by: growth)
    }

    /// Takes in the total.
    public func saw(_ total: Int64) { saw(Double(total)) }
}
