public import CoreMetrics
import Synchronization

/// All that is measured in a process: a backend of swift-metrics that writes Prometheus' text format.
///
/// To measure is an atomic addition. A lock is taken only where a series is made, so whoever measures often keeps its
/// instruments. A metric has a bounded number of series: those beyond are counted together, under labels that say `other`.
public final class MetricRegistry: MetricsFactory {
    private struct Family {
        let definition: MetricDefinition
        var series: [MetricLabels: any MetricSeries] = [:]
    }

    /// How many series a metric may have.
    public static let maximumSeries = 1000
    /// The media type of ``text()``.
    public static let mediaType = PrometheusText.mediaType

    private let definitions: [String: MetricDefinition]
    private let families = Mutex<[String: Family]>([:])
    private let collectors = Mutex<[@Sendable () -> Void]>([])

    /// Makes a registry that knows what the metrics are; one that is not described is exposed all the same.
    public init(_ definitions: [MetricDefinition] = []) {
        self.definitions = Dictionary(definitions.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Has `collector` called before each exposition: it measures what is only worth measuring when somebody looks.
    public func collect(_ collector: @escaping @Sendable () -> Void) { collectors.withLock { $0.append(collector) } }

    /// What was measured, in Prometheus' text format.
    public func text() -> [UInt8] {
        for collector in collectors.withLock({ $0 }) { collector() }
        let families = self.families.withLock { $0 }
        var text = PrometheusText()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text.describe(family.definition)
            for (labels, series) in family.series.sorted(by: { $0.key.precedes($1.key) }) {
                series.samples { suffix, extra, value in
                    text.sample(name, suffix: suffix, labels: labels, extra: extra, value)
                }
            }
        }
        return text.bytes
    }

    /// The series of a metric under some labels, made where there is none. One of another kind than the metric's others
    /// is not exposed: two kinds under one name cannot be written.
    private func series<S: MetricSeries>(
        _ label: String, _ dimensions: [(String, String)], _ kind: MetricDefinition.Kind,
        _ make: (MetricDefinition) -> S
    ) -> S {
        let name = PrometheusText.name(label)
        var labels = MetricLabels(dimensions)
        return families.withLock { families in
            var family =
                families[name]
                ?? Family(
                    definition: definitions[name]
                        ?? MetricDefinition(
                            name: name, kind: kind, help: "Measured by a library that Rollbook uses.",
                            buckets: kind == .histogram ? MetricDefinition.secondsBuckets : []))
            guard family.definition.kind == kind else { return make(family.definition) }
            if family.series[labels] == nil, family.series.count >= Self.maximumSeries { labels = labels.others }
            if let known = family.series[labels] { return known as? S ?? make(family.definition) }
            let made = make(family.definition)
            family.series[labels] = made
            families[name] = family
            return made
        }
    }
}

extension MetricRegistry {
    /// A counter of whole numbers.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter) { _ in CounterSeries() }
    }

    /// A counter of fractions.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions, .counter) { _ in FractionCounterSeries() }
    }

    /// A gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, .gauge) { _ in GaugeSeries() }
    }

    /// A histogram, or a gauge where values are not to be counted together.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return series(label, dimensions, .gauge) { _ in GaugeSeries() } }
        return series(label, dimensions, .histogram) { HistogramSeries(bounds: $0.buckets) }
    }

    /// A histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, .histogram) { HistogramSeries(bounds: $0.buckets) }
    }

    /// Nothing is given up: a counter that went away and came back would look like a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Nothing is given up.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// Nothing is given up.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Nothing is given up.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Nothing is given up.
    public func destroyTimer(_ handler: any TimerHandler) {}
}
