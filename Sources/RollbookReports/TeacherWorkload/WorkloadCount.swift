import RollbookModel

/// A teacher's assignments and submissions, as the query brings them home.
struct WorkloadRows {
    let count: Int
    let isAssignment: QueryColumn
    let isPending: QueryColumn
    let isGraded: QueryColumn
    let submittedAt: QueryColumn
    let gradedAt: QueryColumn
    let gradeMicroseconds: QueryColumn

    init(_ result: QueryResult) throws {
        count = result.rowCount
        isAssignment = try result.required("is_assignment")
        isPending = try result.required("is_pending")
        isGraded = try result.required("is_graded")
        submittedAt = try result.required("submitted_at")
        gradedAt = try result.required("graded_at")
        gradeMicroseconds = try result.required("grade_microseconds")
    }
}

/// The counts of a teacher's work in a window, and the times from submission to grade.
struct WorkloadCount {
    private var assignments: Int64 = 0
    private var submissions: Int64 = 0
    private var pending: Int64 = 0
    private var graded: Int64 = 0
    private var overdue: Int64 = 0
    private var lastGradedAt: Instant?
    private var gradeTimes: [Int64] = []

    /// Counts; nil where there are no assignments.
    init?(_ rows: WorkloadRows, _ request: ReportRequest) {
        let until = request.window.until
        let overdueBefore = request.asOf.adding(days: -request.policy.overdueAfterDays)
        for row in 0..<rows.count {
            if rows.isAssignment[row].integer == 1 {
                assignments += 1
                continue
            }
            // What was submitted after the as-of date is outside every window.
            guard let submittedAt = rows.submittedAt[row].instant, submittedAt < until else { continue }
            submissions += 1
            if rows.isPending[row].integer == 1 {
                pending += 1
                if submittedAt < overdueBefore { overdue += 1 }
            }
            guard rows.isGraded[row].integer == 1 else { continue }
            graded += 1
            if let time = rows.gradeMicroseconds[row].integer { gradeTimes.append(time) }
            if let gradedAt = rows.gradedAt[row].instant { lastGradedAt = max(lastGradedAt ?? gradedAt, gradedAt) }
        }
        if assignments == 0 { return nil }
        gradeTimes.sort()
    }

    /// The two middle values added up, or the one in the middle twice.
    private var medianDoubled: Int64? {
        guard !gradeTimes.isEmpty else { return nil }
        let middle = gradeTimes.count / 2
        return gradeTimes[middle] + (gradeTimes.count.isMultiple(of: 2) ? gradeTimes[middle - 1] : gradeTimes[middle])
    }

    /// The one row, as the raw columns that declared columns are derived from.
    ///
    /// - Throws: ``RollbookError`` with `engineFailure` where the times add up to more than can be counted.
    func table(teacher: Int64) throws -> QueryResult {
        guard let timeSum = Int64(exactly: gradeTimes.reduce(Int128(0)) { $0 + Int128($1) }) else {
            throw RollbookError(.engineFailure, "the teacher's grading times add up to more than can be counted")
        }
        let numbers: [(String, Int64?)] = [
            ("teacher_id", teacher), ("total_assignments", assignments), ("total_submissions", submissions),
            ("pending_reviews", pending), ("graded_submissions", graded), ("overdue_count", overdue),
            ("grade_time_count", Int64(gradeTimes.count)), ("grade_microseconds_sum", timeSum),
            ("grade_microseconds_median_doubled", medianDoubled), ("grade_microseconds_min", gradeTimes.first),
            ("grade_microseconds_max", gradeTimes.last),
        ]
        let columns = numbers.map { QueryColumn(storage: .integers([$0.1 ?? 0]), isNull: [$0.1 == nil]) }
        let last = QueryColumn(
            storage: .instants([lastGradedAt?.microsecondsSinceEpoch ?? 0]), isNull: [lastGradedAt == nil])
        return QueryResult(
            names: numbers.map(\.0) + ["last_graded_at"], columns: columns + [last], rowCount: 1)
    }
}
