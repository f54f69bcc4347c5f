public import RollbookModel
public import RollbookStore

/// Fills all summary views anew, in one transaction: readers see all four before it, or all four after it.
public struct ViewRefresh: Sendable {
    /// The instant for which the columns that move with the clock hold.
    public let asOf: Instant
    /// The definitions in force.
    public let policy: Policy

    /// What a refresh did to one view.
    public struct Outcome: Sendable {
        /// The view.
        public let view: String
        /// Its rows.
        public let rowCount: Int64
        /// How long it took.
        public let duration: Duration
    }

    /// Prepares a refresh.
    public init(asOf: Instant, policy: Policy) {
        self.asOf = asOf
        self.policy = policy
    }

    /// Fills the views. A failed or killed refresh leaves them as they were.
    ///
    /// - Parameter progress: is told of each view that is filled.
    /// - Throws: what the engine throws.
    public func run(
        on engine: any Engine, progress: @Sendable (Outcome) async -> Void = { _ in }
    ) async throws -> (outcomes: [Outcome], state: StoreState) {
        let dialect = engine.dialect
        let (outcomes, state, derivesAnew) = try await engine.write(deadline: .none) { session in
            let before = try await StoreState.read(in: session)
            // Views come after the records' local dates, which a refresh in another zone moves, and after records that
            // somebody else changes.
            let areMapped = try await StoreState.recordsAreMapped(in: session)
            let derivesAnew = areMapped || before.zone != policy.timeZone
            let state = try await StoreState.advance(
                in: session, dialect: dialect, zone: policy.timeZone, recordsChanged: derivesAnew)
            let storage = dialect.storage.views
            try await storage.prepare(bindings, in: session)
            var outcomes: [Outcome] = []
            for view in ViewCatalogue.all {
                let outcome = try await fill(view, storage, in: session)
                await progress(outcome)
                outcomes.append(outcome)
            }
            return (outcomes, state, derivesAnew)
        }
        // The views are stored; that questions could be faster still is no reason to say otherwise.
        if derivesAnew { try? await engine.tidy() }
        return (outcomes, state)
    }

    private func fill(
        _ view: SummaryView, _ storage: any ViewStorage, in session: any WriteSession
    ) async throws -> Outcome {
        let clock = ContinuousClock()
        let start = clock.now
        let count = try await storage.fill(view, bindings, in: session)
        let duration = start.duration(to: clock.now)
        try await session.execute(
            Statement("DELETE FROM view_state WHERE view_name = :view", ["view": .text(view.name)]))
        try await session.execute(
            Statement(
                """
                INSERT INTO view_state (view_name, as_of, policy, refreshed_at, row_count, duration_ms)
                VALUES (:view, :as_of, :policy, :refreshed_at, :row_count, :duration_ms)
                """,
                [
                    "view": .text(view.name), "as_of": .instant(asOf), "policy": .text(policy.countedPart),
                    "refreshed_at": .instant(.now), "row_count": .integer(count),
                    "duration_ms": .integer(Int64(duration / .milliseconds(1))),
                ]))
        return Outcome(view: view.name, rowCount: count, duration: duration)
    }

    /// The values that a view's text may mention.
    var bindings: [String: Value] {
        [
            "as_of": .instant(asOf), "recent_at": .instant(asOf.adding(days: -policy.recentDays)),
            "overdue_at": .instant(asOf.adding(days: -policy.overdueAfterDays)),
            "pass_hundredths": .integer(policy.passMark.units),
            "excellent_hundredths": .integer(policy.excellentMark.units),
        ]
    }
}

extension Policy {
    /// The definitions on which the stored counts of the views depend, as one text to compare.
    var countedPart: String { "\(passMark) \(excellentMark) \(overdueAfterDays) \(recentDays)" }
}

/// When and for which instant a view was filled.
public struct ViewStatus: Hashable, Sendable {
    /// The view.
    public let view: String
    /// The instant for which its columns hold, or nil where it has never been filled.
    public let asOf: Instant?
    /// When it was filled.
    public let refreshedAt: Instant?
    /// Its rows.
    public let rowCount: Int64
    /// How long filling it took, in milliseconds.
    public let durationMilliseconds: Int64
    /// The definitions on which its counts depend, as ``Policy/countedPart`` writes them.
    let policy: String

    /// Reads the status of every view.
    ///
    /// - Throws: what the session throws.
    public static func all(in session: any ReadSession) async throws -> [ViewStatus] {
        let result = try await session.query(
            Statement("SELECT view_name, as_of, policy, refreshed_at, row_count, duration_ms FROM view_state"))
        return ViewCatalogue.all.map { view in
            let row = (0..<result.rowCount).first { result["view_name"]?[$0].text == view.name }
            return ViewStatus(
                view: view.name, asOf: row.flatMap { result["as_of"]?[$0].instant },
                refreshedAt: row.flatMap { result["refreshed_at"]?[$0].instant },
                rowCount: row.flatMap { result["row_count"]?[$0].integer } ?? 0,
                durationMilliseconds: row.flatMap { result["duration_ms"]?[$0].integer } ?? 0,
                policy: row.flatMap { result["policy"]?[$0].text } ?? "")
        }
    }
}
