import Rollbook
import RollbookModel
import Synchronization

/// Asks everything that may be ill how it is, and waits for none longer than a moment.
final class HealthBoard: Sendable {
    private let sources: [any HealthSource]
    private let readiness: ReadinessState
    private let latest = Mutex<(report: HealthReport, time: ContinuousClock.Instant)?>(nil)

    /// How old a report may be that a page shows.
    private static let recency = Duration.seconds(5)

    /// How long a source has to answer.
    private static let patience = Duration.seconds(1)

    init(sources: [any HealthSource], readiness: ReadinessState) {
        self.sources = sources
        self.readiness = readiness
    }

    /// How everything is now.
    func report() async -> HealthReport {
        let parts = await withTaskGroup(of: (Int, [HealthPart]).self) { group in
            for (index, source) in sources.enumerated() {
                group.addTask {
                    let parts = await Patience.wait(Self.patience) { await source.health() }
                    return (index, parts ?? [Self.silent(source)])
                }
            }
            var all: [Int: [HealthPart]] = [:]
            for await (index, parts) in group { all[index] = parts }
            return sources.indices.flatMap { all[$0] ?? [] }
        }
        let report = HealthReport(parts: parts, isDraining: readiness.isDraining)
        latest.withLock { $0 = (report, .now) }
        return report
    }

    /// How everything was a moment ago: pages do not ask the engine each time.
    func recentReport() async -> HealthReport {
        if let (report, time) = latest.withLock({ $0 }), ContinuousClock.now - time < Self.recency { return report }
        return await report()
    }

    private static func silent(_ source: any HealthSource) -> HealthPart {
        .degraded("health", because: "\(type(of: source)) did not say how it is within \(patience)")
    }
}

/// How all parts of a server are, and what follows from that.
struct HealthReport: Sendable {
    /// The parts, each once.
    let parts: [HealthPart]
    /// Whether the server is about to end.
    let isDraining: Bool

    /// - Parameter parts: where a name stands twice, the worse counts.
    init(parts: [HealthPart], isDraining: Bool) {
        var places: [String: Int] = [:]
        var merged: [HealthPart] = []
        for part in parts {
            if let place = places[part.name] {
                if merged[place].state < part.state { merged[place] = part }
            } else {
                places[part.name] = merged.count
                merged.append(part)
            }
        }
        self.parts = merged
        self.isDraining = isDraining
    }

    /// The worst of the parts' states.
    var state: HealthPart.State { parts.map(\.state).max() ?? .ok }

    /// Whether the server takes questions: also while something is degraded, since answers stay right.
    var isReady: Bool { !isDraining && state < .failed }

    /// All of it, in a word.
    var status: String {
        if isDraining { return "draining" }
        switch state {
        case .ok: return "ready"
        case .degraded: return "degraded"
        case .failed: return "failed"
        }
    }

    /// The parts that are not well.
    var complaints: [HealthPart] { parts.filter { $0.state > .ok } }
}
