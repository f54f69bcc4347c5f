public import Metrics
public import Rollbook
import RollbookModel
import Synchronization

/// Counts and times questions, by the declared name of what was asked, how the answer was had, and what came of it.
public final class QuestionMeters: QuestionObserver {
    private struct Name: Hashable {
        let name: String
        let source: AnswerSource
        let outcome: String
    }

    private let factory: any MetricsFactory
    private let counters = Mutex<[Name: Counter]>([:])
    private let durations = Mutex<[String: Metrics.Timer]>([:])
    private let waits: Metrics.Timer
    private let stale: Counter

    /// Makes the instruments.
    public init(factory: any MetricsFactory) {
        self.factory = factory
        waits = Metrics.Timer(label: "rollbook_queue_wait_seconds", factory: factory)
        stale = Counter(label: "rollbook_cache_stale_total", factory: factory)
    }

    /// Counts a question.
    public func answered(_ event: QuestionEvent) {
        let name = Name(
            name: event.question.name, source: event.source, outcome: event.failure?.description ?? "answered")
        counter(name).increment(by: event.repetitions)
        if event.source == .stale { stale.increment(by: event.repetitions) }
        // What was refused or failed took as long as it took to find out: it would hide how long answers take.
        guard event.source == .computed, !event.isJoined, event.failure == nil else { return }
        timer(name.name).recordNanoseconds(Self.nanoseconds(event.duration))
        waits.recordNanoseconds(Self.nanoseconds(event.waited))
    }

    private func counter(_ name: Name) -> Counter {
        counters.withLock { counters in
            if let known = counters[name] { return known }
            let new = Counter(
                label: "rollbook_questions_total",
                dimensions: [("name", name.name), ("source", name.source.rawValue), ("outcome", name.outcome)],
                factory: factory)
            counters[name] = new
            return new
        }
    }

    private func timer(_ name: String) -> Metrics.Timer {
        durations.withLock { durations in
            if let known = durations[name] { return known }
            let new = Metrics.Timer(
                label: "rollbook_question_duration_seconds", dimensions: [("name", name)], factory: factory)
            durations[name] = new
            return new
        }
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    }
}
