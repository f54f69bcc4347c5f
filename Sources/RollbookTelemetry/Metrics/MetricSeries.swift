import CoreMetrics
import Synchronization

/// One series of a metric: what is measured under one set of labels.
protocol MetricSeries: AnyObject, Sendable {
    /// Gives the samples: what follows the metric's name, further labels, and the value.
    func samples(_ give: (_ suffix: String, _ label: (name: String, value: String)?, _ value: SampleValue) -> Void)
}

/// A sample's value.
enum SampleValue: Hashable, Sendable {
    case integer(Int64)
    case double(Double)
}

/// A number that many threads change at once, without a lock.
final class AtomicDouble: Sendable {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func add(_ amount: Double) {
        var current = bits.load(ordering: .relaxed)
        while true {
            let sum = (Double(bitPattern: current) + amount).bitPattern
            let (exchanged, original) = bits.weakCompareExchange(expected: current, desired: sum, ordering: .relaxed)
            if exchanged { return }
            current = original
        }
    }
}

/// A counter of whole numbers. One that is told to shrink does not: a counter that falls looks like a restart.
final class CounterSeries: MetricSeries, CounterHandler {
    private let count = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        if amount > 0 { count.wrappingAdd(amount, ordering: .relaxed) }
    }

    func reset() { count.store(0, ordering: .relaxed) }

    func samples(_ give: (String, (name: String, value: String)?, SampleValue) -> Void) {
        give("", nil, .integer(count.load(ordering: .relaxed)))
    }
}

/// A counter of fractions, such as seconds.
final class FractionCounterSeries: MetricSeries, FloatingPointCounterHandler {
    private let count = AtomicDouble()

    func increment(by amount: Double) {
        if amount > 0, amount.isFinite { count.add(amount) }
    }

    func reset() { count.set(0) }

    func samples(_ give: (String, (name: String, value: String)?, SampleValue) -> Void) {
        give("", nil, .double(count.value))
    }
}

/// A gauge.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let current = AtomicDouble()

    func set(_ value: Int64) { current.set(Double(value)) }
    func set(_ value: Double) { current.set(value) }
    func increment(by amount: Double) { current.add(amount) }
    func decrement(by amount: Double) { current.add(-amount) }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }

    func samples(_ give: (String, (name: String, value: String)?, SampleValue) -> Void) {
        give("", nil, .double(current.value))
    }
}
