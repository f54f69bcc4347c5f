public import RollbookModel

/// How often a question was asked on a date, and what that cost.
public struct QuestionTally: Hashable, Sendable {
    /// The question as one text, which is the same however it was written.
    public let question: String
    /// `report` or `view`.
    public let kind: String
    /// How often it was asked.
    public var askedCount: Int64
    /// How often an engine computed the answer.
    public var computedCount: Int64
    /// How often there was no answer.
    public var failedCount: Int64
    /// When it was asked last.
    public var lastAskedAt: Instant
    /// How long all computations took together, in microseconds.
    public var totalMicroseconds: Int64
    /// How long the longest took, in microseconds.
    public var longestMicroseconds: Int64

    /// Makes one.
    public init(
        question: String, kind: String, askedCount: Int64 = 0, computedCount: Int64 = 0, failedCount: Int64 = 0,
        lastAskedAt: Instant, totalMicroseconds: Int64 = 0, longestMicroseconds: Int64 = 0
    ) {
        self.question = question
        self.kind = kind
        self.askedCount = askedCount
        self.computedCount = computedCount
        self.failedCount = failedCount
        self.lastAskedAt = lastAskedAt
        self.totalMicroseconds = totalMicroseconds
        self.longestMicroseconds = longestMicroseconds
    }

    /// Adds another tally of the same question.
    public mutating func add(_ other: QuestionTally) {
        askedCount += other.askedCount
        computedCount += other.computedCount
        failedCount += other.failedCount
        lastAskedAt = max(lastAskedAt, other.lastAskedAt)
        totalMicroseconds += other.totalMicroseconds
        longestMicroseconds = max(longestMicroseconds, other.longestMicroseconds)
    }
}

extension QuestionTally {
    /// Adds tallies to those of their date.
    ///
    /// - Throws: what the session throws.
    public static func add(_ tallies: [QuestionTally], in session: any WriteSession) async throws {
        // In one order for all processes, so that no two wait for each other.
        for tally in tallies.sorted(by: { $0.question < $1.question }) {
            let changed = try await session.execute(Statement(update, tally.values))
            if changed == 0 { try await session.execute(Statement(insertion, tally.values)) }
        }
    }

    /// The questions that were asked since a date, most asked first.
    ///
    /// - Throws: what the session throws.
    public static func mostAsked(
        since date: CalendarDate, limit: Int, in session: any ReadSession
    ) async throws -> [QuestionTally] {
        try await all(since: date, having: "sum(asked_count) > sum(failed_count)", order: "asked_count", limit, session)
    }

    /// The questions that were computed since a date, slowest on average first.
    ///
    /// - Throws: what the session throws.
    public static func slowest(
        since date: CalendarDate, limit: Int, in session: any ReadSession
    ) async throws -> [QuestionTally] {
        try await all(
            since: date, having: "sum(computed_count) > 0", order: "mean_microseconds", limit, session)
    }

    private static func all(
        since date: CalendarDate, having: String, order: String, _ limit: Int, _ session: any ReadSession
    ) async throws -> [QuestionTally] {
        let result = try await session.query(
            Statement(
                """
                SELECT question, kind, CAST(sum(asked_count) AS bigint) AS asked_count,
                    CAST(sum(computed_count) AS bigint) AS computed_count,
                    CAST(sum(failed_count) AS bigint) AS failed_count, max(last_asked_at) AS last_asked_at,
                    CAST(sum(total_microseconds) AS bigint) AS total_microseconds,
                    max(longest_microseconds) AS longest_microseconds,
                    CAST(sum(total_microseconds) / greatest(sum(computed_count), 1) AS bigint) AS mean_microseconds
                FROM question_log
                WHERE asked_on >= :since
                GROUP BY question, kind
                HAVING \(having)
                ORDER BY \(order) DESC, question
                LIMIT \(max(0, limit))
                """, ["since": .date(date)]))
        return (0..<result.rowCount).map { index in
            let cells = result.row(index)
            return QuestionTally(
                question: cells[0].text ?? "", kind: cells[1].text ?? "", askedCount: cells[2].integer ?? 0,
                computedCount: cells[3].integer ?? 0, failedCount: cells[4].integer ?? 0,
                lastAskedAt: cells[5].instant ?? Instant(microsecondsSinceEpoch: 0),
                totalMicroseconds: cells[6].integer ?? 0, longestMicroseconds: cells[7].integer ?? 0)
        }
    }

    private var values: [String: Value] {
        [
            "question": .text(question), "asked_on": .date(lastAskedAt.utcDate), "kind": .text(kind),
            "asked": .integer(askedCount), "computed": .integer(computedCount), "failed": .integer(failedCount),
            "last": .instant(lastAskedAt), "total": .integer(totalMicroseconds),
            "longest": .integer(longestMicroseconds),
        ]
    }

    private static let update = """
        UPDATE question_log
        SET asked_count = asked_count + :asked, computed_count = computed_count + :computed,
            failed_count = failed_count + :failed, last_asked_at = greatest(last_asked_at, :last),
            total_microseconds = total_microseconds + :total,
            longest_microseconds = greatest(longest_microseconds, :longest)
        WHERE asked_on = :asked_on AND question = :question
        """

    private static let insertion = """
        INSERT INTO question_log (question, asked_on, kind, asked_count, computed_count, failed_count, last_asked_at,
            total_microseconds, longest_microseconds)
        VALUES (:question, :asked_on, :kind, :asked, :computed, :failed, :last, :total, :longest)
        """
}
