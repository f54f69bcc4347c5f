/// What a metric is, as it is exposed: its name, its kind, what it tells, and the buckets of a histogram.
public struct MetricDefinition: Hashable, Sendable {
    /// How a metric moves.
    public enum Kind: String, Sendable {
        /// It only grows, until the process ends.
        case counter
        /// It goes up and down.
        case gauge
        /// It counts values by their size.
        case histogram
    }

    /// The name, after Prometheus' conventions: `rollbook_http_requests_total`.
    public let name: String
    /// How it moves.
    public let kind: Kind
    /// What it tells, in one sentence.
    public let help: String
    /// The upper bounds of a histogram's buckets, in ascending order, without the infinite one.
    public let buckets: [Double]

    /// Describes a counter.
    public static func counter(_ name: String, _ help: String) -> MetricDefinition {
        MetricDefinition(name: name, kind: .counter, help: help, buckets: [])
    }

    /// Describes a gauge.
    public static func gauge(_ name: String, _ help: String) -> MetricDefinition {
        MetricDefinition(name: name, kind: .gauge, help: help, buckets: [])
    }

    /// Describes a histogram.
    public static func histogram(
        _ name: String, _ help: String, buckets: [Double] = MetricDefinition.secondsBuckets
    ) -> MetricDefinition {
        MetricDefinition(name: name, kind: .histogram, help: help, buckets: buckets)
    }

    /// From what the event loop takes for an answer in memory to the deadline of a question.
    public static let secondsBuckets: [Double] = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]

    /// From what a job takes that finds nothing to do to the refresh of a district.
    public static let jobBuckets: [Double] = [0.01, 0.1, 1, 5, 15, 60, 300, 900, 3600, 14_400]
}
