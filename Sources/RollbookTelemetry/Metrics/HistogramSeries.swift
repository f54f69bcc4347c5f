import CoreMetrics
import Synchronization

/// A histogram with fixed buckets. To record is to look for the bucket and add to two numbers: no lock, no memory.
final class HistogramSeries: MetricSeries, TimerHandler, RecorderHandler {
    /// A bucket, apart from the others, so that threads that count in different ones do not share it.
    private final class Bucket: Sendable {
        let count = Atomic<Int64>(0)
    }

    private let bounds: [Double]
    /// The bounds of a timer's buckets, in nanoseconds.
    private let nanosecondBounds: [Int64]
    private let buckets: [Bucket]
    private let nanoseconds = Atomic<Int64>(0)
    private let sum = AtomicDouble()

    init(bounds: [Double]) {
        self.bounds = bounds
        nanosecondBounds = bounds.map { Int64(($0 * 1e9).rounded()) }
        buckets = (0...bounds.count).map { _ in Bucket() }
    }

    func recordNanoseconds(_ duration: Int64) {
        let duration = max(0, duration)
        let index = nanosecondBounds.firstIndex { duration <= $0 } ?? nanosecondBounds.count
        buckets[index].count.wrappingAdd(1, ordering: .relaxed)
        nanoseconds.wrappingAdd(duration, ordering: .relaxed)
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        buckets[index].count.wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
    }

    func samples(_ give: (String, (name: String, value: String)?, SampleValue) -> Void) {
        var total: Int64 = 0
        for (bound, bucket) in zip(bounds.map(SampleValue.double) + [.double(.infinity)], buckets) {
            total += bucket.count.load(ordering: .relaxed)
            give("_bucket", ("le", PrometheusText.text(of: bound)), .integer(total))
        }
        give("_sum", nil, .double(sum.value + Double(nanoseconds.load(ordering: .relaxed)) / 1e9))
        // The sum of the buckets as they were read, so that the infinite one and the count never disagree.
        give("_count", nil, .integer(total))
    }
}
