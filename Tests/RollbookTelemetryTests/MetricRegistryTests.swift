import Metrics
import Testing

@testable import RollbookTelemetry

@Suite struct MetricRegistryTests {
    private let registry = MetricRegistry([
        .counter("questions_total", "Questions."), .histogram("wait_seconds", "Waits.", buckets: [0.1, 1]),
        .gauge("rows", "Rows with \\ and\na line feed."),
    ])

    @Test func aMetricIsDescribedOnceBeforeItsSamples() {
        Counter(label: "questions_total", dimensions: [("name", "b")], factory: registry).increment(by: 2)
        Counter(label: "questions_total", dimensions: [("name", "a")], factory: registry).increment()
        #expect(
            String(decoding: registry.text(), as: UTF8.self) == """
                # HELP questions_total Questions.
                # TYPE questions_total counter
                questions_total{name="a"} 1
                questions_total{name="b"} 2

                """)
    }

    @Test func labelsAndHelpAreEscaped() {
        Meter(label: "rows", dimensions: [("of", "a\\b\"c\nd")], factory: registry).set(1.5)
        let text = String(decoding: registry.text(), as: UTF8.self)
        #expect(text.contains("# HELP rows Rows with \\\\ and\\na line feed.\n"))
        #expect(text.contains("rows{of=\"a\\\\b\\\"c\\nd\"} 1.5\n"))
        #expect(text.split(separator: "\n").count == 3)
    }

    @Test func aHistogramCountsUpToEachBound() {
        let timer = Timer(label: "wait_seconds", factory: registry)
        for nanoseconds: Int64 in [0, 100_000_000, 100_000_001, 5_000_000_000, -7] {
            timer.recordNanoseconds(nanoseconds)
        }
        #expect(
            registry.samples == [
                "wait_seconds_bucket{le=\"0.1\"} 3", "wait_seconds_bucket{le=\"1\"} 4",
                "wait_seconds_bucket{le=\"+Inf\"} 5", "wait_seconds_sum 5.200000001", "wait_seconds_count 5",
            ])
    }

    @Test func valuesAreSpelledAsTheFormatTakesThem() {
        #expect(PrometheusText.text(of: .double(.infinity)) == "+Inf")
        #expect(PrometheusText.text(of: .double(-.infinity)) == "-Inf")
        #expect(PrometheusText.text(of: .double(.nan)) == "NaN")
        #expect(PrometheusText.text(of: .double(3)) == "3")
        #expect(PrometheusText.text(of: .integer(.max)) == "9223372036854775807")
    }

    @Test(arguments: [("http.requests", "http_requests"), ("9lives", "_9lives"), ("", "_"), ("a-ü{}", "a____")])
    func namesAreMadeWellFormed(given: String, expected: String) {
        #expect(PrometheusText.name(given).hasPrefix(expected))
        #expect(PrometheusText.name(given).wholeMatch(of: /[a-zA-Z_][a-zA-Z0-9_]*/) != nil)
    }

    @Test func theSameSeriesIsMadeOnce() {
        for _ in 0..<3 { Counter(label: "questions_total", factory: registry).increment() }
        #expect(registry.samples == ["questions_total 3"])
    }

    @Test func aCounterNeverFalls() {
        let counter = Counter(label: "questions_total", factory: registry)
        counter.increment(by: 5)
        counter.increment(by: -3)
        let seconds = FloatingPointCounter(label: "seconds_total", factory: registry)
        seconds.increment(by: 0.5)
        seconds.increment(by: -1.0)
        seconds.increment(by: Double.nan)
        #expect(registry.samples == ["questions_total 5", "seconds_total 0.5"])
    }

    @Test func moreSeriesThanThereMayBeAreCountedTogether() {
        for number in 0..<(MetricRegistry.maximumSeries + 50) {
            Counter(label: "questions_total", dimensions: [("name", "n\(number)")], factory: registry).increment()
        }
        #expect(registry.samples.count == MetricRegistry.maximumSeries + 1)
        #expect(registry.samples.contains("questions_total{name=\"other\"} 50"))
    }

    @Test func twoKindsUnderOneNameAreNotWritten() {
        Meter(label: "questions_total", factory: registry).set(7)
        Counter(label: "questions_total", factory: registry).increment()
        #expect(registry.samples == ["questions_total 1"])
    }

    @Test func manyThreadsLoseNothing() async {
        let counter = Counter(label: "questions_total", factory: registry)
        let timer = Timer(label: "wait_seconds", factory: registry)
        let gauge = Meter(label: "rows", factory: registry)
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 {
                        counter.increment()
                        timer.recordNanoseconds(1_000)
                        gauge.increment(by: 0.5)
                    }
                }
            }
        }
        #expect(registry.samples.contains("questions_total 80000"))
        #expect(registry.samples.contains("wait_seconds_count 80000"))
        #expect(registry.samples.contains("wait_seconds_sum 0.08"))
        #expect(registry.samples.contains("rows 40000"))
    }

    @Test func aRunningTotalGrowsByWhatCameAndPassesOverWhatWasReadEarlier() {
        let total = RunningTotal("questions_total", factory: registry)
        #expect(registry.samples == ["questions_total 0"])
        for seen: Int64 in [3, 3, 10, 2, 4] { total.saw(seen) }
        #expect(registry.samples == ["questions_total 10"])
    }

    @Test func collectorsMeasureWhenSomebodyLooks() {
        let gauge = Meter(label: "rows", factory: registry)
        registry.collect { gauge.increment() }
        #expect(registry.samples == ["rows 1"])
        #expect(registry.samples == ["rows 2"])
    }

    @Test func theCatalogueDescribesEachMetricOnceAfterTheConventions() {
        let names = MetricCatalogue.all.map(\.name)
        #expect(Set(names).count == names.count)
        for metric in MetricCatalogue.all {
            #expect((metric.kind == .counter) == metric.name.hasSuffix("_total"), "\(metric.name)")
            #expect(metric.help.hasSuffix("."), "\(metric.name)")
            #expect(metric.buckets == metric.buckets.sorted())
            #expect((metric.kind == .histogram) == !metric.buckets.isEmpty)
        }
    }
}
