import RollbookModel

/// The counts and exact sums of some graded submissions, for reports that group a few rows at home.
struct GradeTally {
    private(set) var count: Int64 = 0
    private(set) var scoreSum: Int64 = 0
    private(set) var scoreSquareSum: Int64 = 0
    private(set) var scoreMin = Int64.max
    private(set) var scoreMax = Int64.min
    private(set) var passedCount: Int64 = 0
    private(set) var first = Instant(microsecondsSinceEpoch: .max)
    private(set) var last = Instant(microsecondsSinceEpoch: .min)

    /// Counts a submission with a score in hundredths of a point.
    mutating func add(_ score: Int64, at instant: Instant, passMark: Int64) {
        count += 1
        scoreSum += score
        scoreSquareSum += score * score
        scoreMin = min(scoreMin, score)
        scoreMax = max(scoreMax, score)
        if score >= passMark { passedCount += 1 }
        first = min(first, instant)
        last = max(last, instant)
    }

    /// Tallies as the raw columns that declared columns are derived from.
    ///
    /// - Parameter keys: the columns that tell the tallies apart.
    static func table(_ tallies: [GradeTally], keys: [(name: String, column: QueryColumn)]) -> QueryResult {
        let numbers: [(String, KeyPath<GradeTally, Int64>)] = [
            ("submission_count", \.count), ("score_sum", \.scoreSum), ("score_square_sum", \.scoreSquareSum),
            ("score_min", \.scoreMin), ("score_max", \.scoreMax), ("passed_count", \.passedCount),
        ]
        let instants: [(String, KeyPath<GradeTally, Instant>)] = [
            ("first_submission_at", \.first), ("last_submission_at", \.last),
        ]
        let measures = numbers.map { name, path in
            (name, QueryColumn(storage: .integers(tallies.map { $0[keyPath: path] }), isNull: []))
        }
        let times = instants.map { name, path in
            let values = tallies.map { $0[keyPath: path].microsecondsSinceEpoch }
            return (name, QueryColumn(storage: .instants(values), isNull: []))
        }
        let columns = keys.map { ($0.name, $0.column) } + measures + times
        return QueryResult(names: columns.map(\.0), columns: columns.map(\.1), rowCount: tallies.count)
    }
}

extension QueryResult {
    /// The column called `name`.
    ///
    /// - Throws: ``RollbookError`` with `engineFailure` where the query lacks it.
    func required(_ name: String) throws -> QueryColumn {
        guard let column = self[name] else {
            throw RollbookError(.engineFailure, "the query brought home no column \(name)")
        }
        return column
    }

    /// Goes through the graded submissions that the query brought home.
    ///
    /// - Throws: ``RollbookError`` with `engineFailure` where the query lacks their columns.
    func forEachGrade(_ body: (_ row: Int, _ instant: Instant, _ score: Int64) -> Void) throws {
        let (instants, scores) = (try required("submitted_at"), try required("score"))
        for row in 0..<rowCount {
            guard let instant = instants[row].instant, let score = scores[row].integer else { continue }
            body(row, instant, score)
        }
    }
}

extension ReportRequest {
    /// The page of rows that are all at home.
    func page(of rows: [[Value]]) -> ShapedRows {
        ShapedRows(rows: Array(rows.dropFirst(offset).prefix(limit)), totalCount: Int64(rows.count))
    }
}
