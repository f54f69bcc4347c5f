import Metrics
import Testing

@testable import RollbookTelemetry

@Suite struct ProcessUsageTests {
    private let stat =
        "42 (roll) book 7) S 1 42 42 0 -1 4194560 1 2 3 4 150 50 5 6 20 0 9 0 1000 2000000 300 18446744073709551615 1 2"

    @Test func whatLinuxSaysIsRead() {
        let usage = ProcessUsage(stat: stat, boot: "cpu 1 2\nbtime 1700000000\nprocesses 3\n", ticks: 100, page: 4096)
        #expect(usage?.cpuSeconds == 2)
        #expect(usage?.threads == 9)
        #expect(usage?.virtualBytes == 2_000_000)
        #expect(usage?.residentBytes == 1_228_800)
        #expect(usage?.startTime == 1_700_000_010)
    }

    @Test(arguments: [
        "", "42 (rollbook", "42 (rollbook) S 1 2", "42 (a) S x x x x x x x x x x x x x x x x x x x x x x x",
    ])
    func whatIsNoneIsNot(text: String) {
        #expect(ProcessUsage(stat: text, boot: "", ticks: 100, page: 4096) == nil)
    }

    @Test func thisProcessIsMeasured() {
        let registry = MetricRegistry(MetricCatalogue.all)
        ProcessMetrics(factory: registry).update()
        for name in ["resident_memory_bytes", "open_fds", "max_fds", "threads", "start_time_seconds"] {
            let sample = registry.samples.first { $0.hasPrefix("process_\(name) ") }
            #expect(sample.flatMap { Double($0.split(separator: " ")[1]) } ?? 0 > 0, "\(name)")
        }
    }
}
