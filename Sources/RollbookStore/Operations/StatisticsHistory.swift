public import RollbookModel

/// Measurements as they were taken, one taking after the other.
public struct StatisticsHistory: Sendable {
    /// One taking.
    public struct Taking: Hashable, Sendable {
        /// When it was taken, by the store's clock.
        public let takenAt: Instant
        /// What was measured.
        public let measurements: [StoreMeasurement]
    }

    /// Keeps what was measured.
    ///
    /// - Throws: what the session throws.
    public static func add(
        _ measurements: [StoreMeasurement], at instant: Instant, in session: any WriteSession
    ) async throws {
        for measurement in measurements {
            try await session.execute(
                Statement(
                    """
                    INSERT INTO statistics_history (taken_at, kind, name, measure, value)
                    VALUES (:taken_at, :kind, :name, :measure, :value)
                    """,
                    [
                        "taken_at": .instant(instant), "kind": .text(measurement.kind),
                        "name": .text(measurement.name), "measure": .text(measurement.measure),
                        "value": .integer(measurement.value),
                    ]))
        }
    }

    /// The newest takings, newest first.
    ///
    /// - Throws: what the session throws.
    public static func newest(_ count: Int, in session: any ReadSession) async throws -> [Taking] {
        let result = try await session.query(
            Statement(
                """
                SELECT taken_at, kind, name, measure, value FROM statistics_history
                WHERE taken_at IN (
                    SELECT DISTINCT taken_at FROM statistics_history ORDER BY taken_at DESC LIMIT \(max(0, count))
                )
                ORDER BY taken_at DESC, kind, name, measure
                """))
        var takings: [(at: Instant, measurements: [StoreMeasurement])] = []
        for index in 0..<result.rowCount {
            let cells = result.row(index)
            guard let at = cells[0].instant else { continue }
            if takings.last?.at != at { takings.append((at, [])) }
            takings[takings.count - 1].measurements.append(
                StoreMeasurement(
                    kind: cells[1].text ?? "", name: cells[2].text ?? "", measure: cells[3].text ?? "",
                    value: cells[4].integer ?? 0))
        }
        return takings.map { Taking(takenAt: $0.at, measurements: $0.measurements) }
    }
}

/// How long what is remembered of the running is kept.
public struct Retention: Hashable, Sendable {
    /// Runs of jobs and their tries.
    public var runDays: Int
    /// Questions since they were asked.
    public var questionDays: Int
    /// Measurements.
    public var statisticsDays: Int
    /// The most questions that are kept for a date: those beyond were asked least.
    public var mostQuestions: Int

    /// Decides how long.
    public init(
        runDays: Int = 90, questionDays: Int = 30, statisticsDays: Int = 400, mostQuestions: Int = 2000
    ) {
        self.runDays = runDays
        self.questionDays = questionDays
        self.statisticsDays = statisticsDays
        self.mostQuestions = mostQuestions
    }

    /// Removes what is older. The newest run of each job stays, however old it is.
    ///
    /// - Throws: what the session throws.
    public func tidy(at now: Instant, in session: any WriteSession) async throws {
        let values: [String: Value] = [
            "runs": .instant(now.adding(days: -runDays)),
            "statistics": .instant(now.adding(days: -statisticsDays)),
        ]
        for text in [
            """
            DELETE FROM job_runs
            WHERE started_at < :runs AND outcome <> 'running'
                AND started_at < (SELECT max(n.started_at) FROM job_runs n WHERE n.job = job_runs.job)
            """,
            """
            DELETE FROM job_tries
            WHERE started_at < :runs AND NOT EXISTS (SELECT 1 FROM job_runs r WHERE r.run_id = job_tries.run_id)
            """,
            "DELETE FROM statistics_history WHERE taken_at < :statistics",
        ] { try await session.execute(Statement(text, values)) }
        try await tidyQuestions(at: now, in: session)
    }

    /// Removes the questions that are older, and those beyond the most of a date.
    ///
    /// - Throws: what the session throws.
    public func tidyQuestions(at now: Instant, in session: any WriteSession) async throws {
        try await session.execute(
            Statement(
                "DELETE FROM question_log WHERE asked_on < :questions",
                ["questions": .date(now.utcDate.adding(days: -questionDays))]))
        try await session.execute(
            Statement(
                """
                DELETE FROM question_log
                WHERE EXISTS (
                    SELECT 1 FROM (
                        SELECT asked_on, question,
                            row_number() OVER (PARTITION BY asked_on ORDER BY asked_count DESC, question) AS place
                        FROM question_log
                    ) ranked
                    WHERE ranked.asked_on = question_log.asked_on AND ranked.question = question_log.question
                        AND ranked.place > \(max(0, mostQuestions))
                )
                """))
    }
}
