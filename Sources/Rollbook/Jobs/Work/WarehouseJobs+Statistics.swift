import RollbookModel
import RollbookStore
import RollbookViews

extension WarehouseJobs {
    /// How many slow questions are kept, and how many days back they are looked for.
    private static let slowest = (count: 20, days: 7)

    /// Measures everything, keeps the figures, and removes what is too old.
    func takeStatistics(_ progress: @Sendable (String) async -> Void) async throws -> Int64 {
        try await askedQuestions?.flush(to: engine)
        var found = Figures()
        found.add(try await engine.measurements())
        await progress("\(found.count) figures of tables and indexes")
        // Counted, where an engine only believes.
        let (counts, views) = try await engine.read(deadline: .none) { session in
            (
                try await RecordCounts.all(of: RecordTable.allCases, in: session), try await ViewStatus.all(in: session)
            )
        }
        found.add(
            counts.map {
                StoreMeasurement(kind: "table", name: $0.table.rawValue, measure: "rows", value: $0.count)
            })
        for view in views { found.add(Self.figures(of: view)) }
        found.add(Self.figures(of: warehouse.cache.statistics))
        found.add(try await slowQuestions())
        if let bytes = try await engine.storedBytes() {
            found.add([StoreMeasurement(kind: "store", name: "store", measure: "bytes", value: bytes)])
        }
        let (all, ledger, retention) = (found.all, ledger, configuration.retention)
        try await engine.bookkeep(deadline: .none) { session in
            let now = try await ledger.now(in: session)
            try await StatisticsHistory.add(all, at: now, in: session)
            try await retention.tidy(at: now, in: session)
        }
        await progress("\(all.count) figures kept")
        return Int64(all.count)
    }

    private static func figures(of view: ViewStatus) -> [StoreMeasurement] {
        guard let refreshedAt = view.refreshedAt else { return [] }
        let age = (Instant.now.microsecondsSinceEpoch - refreshedAt.microsecondsSinceEpoch) / 1_000_000
        return [("rows", view.rowCount), ("refresh_milliseconds", view.durationMilliseconds), ("age_seconds", age)].map
        {
            StoreMeasurement(kind: "view", name: view.view, measure: $0.0, value: $0.1)
        }
    }

    private static func figures(of cache: CacheStatistics) -> [StoreMeasurement] {
        [
            ("hits", cache.hits), ("shared_hits", cache.sharedHits), ("stale_hits", cache.staleHits),
            ("misses", cache.misses), ("joins", cache.joins),
            ("evictions", cache.evictions), ("expirations", cache.expirations), ("entries", Int64(cache.entries)),
            ("bytes", Int64(cache.bytes)),
        ].map { StoreMeasurement(kind: "cache", name: "memory", measure: $0.0, value: $0.1) }
    }

    /// By the kinds of their parameters: whose figures somebody asked for is nobody's business here.
    private func slowQuestions() async throws -> [StoreMeasurement] {
        let since = Instant.now.utcDate.adding(days: -Self.slowest.days)
        let tallies = try await engine.read(deadline: .none) { session in
            try await QuestionTally.slowest(since: since, limit: Self.slowest.count * 10, in: session)
        }
        var byKind: [String: QuestionTally] = [:]
        for tally in tallies {
            guard let question = QuestionText.question(tally.question) else { continue }
            let name = [question.name, question.kinds].filter { !$0.isEmpty }.joined(separator: " ")
            if byKind[name]?.add(tally) == nil { byKind[name] = tally }
        }
        let slowest = byKind.sorted { ($0.value.meanMicroseconds, $1.key) > ($1.value.meanMicroseconds, $0.key) }
        return slowest.prefix(Self.slowest.count).flatMap { name, tally in
            [
                ("asked", tally.askedCount), ("computed", tally.computedCount),
                ("mean_microseconds", tally.meanMicroseconds), ("longest_microseconds", tally.longestMicroseconds),
            ].map { StoreMeasurement(kind: "question", name: name, measure: $0.0, value: $0.1) }
        }
    }
}

/// Measurements, of which the later of two for the same thing counts.
private struct Figures {
    private var values: [StoreMeasurement] = []
    private var places: [String: Int] = [:]

    var count: Int { values.count }
    var all: [StoreMeasurement] { values }

    mutating func add(_ measurements: [StoreMeasurement]) {
        for measurement in measurements {
            let key = "\(measurement.kind) \(measurement.measure) \(measurement.name)"
            if let place = places[key] {
                values[place] = measurement
            } else {
                places[key] = values.count
                values.append(measurement)
            }
        }
    }
}

extension QuestionTally {
    /// How long a computation took on average.
    fileprivate var meanMicroseconds: Int64 { totalMicroseconds / max(1, computedCount) }
}
