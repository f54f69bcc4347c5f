import Foundation
import RollbookModel

/// Whether students who attend more have better grades.
enum AttendanceCorrelation: SQLDeclaration {
    static let definition = ReportDefinition(
        name: "attendance-correlation", title: "Attendance and grades",
        question: "Do students who attend more have better grades?",
        grain:
            "one row per tenth of the attendance rate with a student in it; only students with attendance and a graded"
            + " material submission in the window count",
        order: "rate_from, highest first",
        parameters: [.days(.integer(90))],
        columns: [
            rate("rate_from", "the bucket's lower bound, included"),
            rate("rate_to", "the bucket's upper bound, excluded but for 100"),
            CommonColumns.count("student_count", "students whose attendance rate lies in the bucket"),
            CommonColumns.count("total_submissions", "their graded material submissions"),
            OutputColumn(CommonColumns.averageGrade.definition, .mean(sum: "score_sum", count: "total_submissions")),
            CommonColumns.lowestGrade, CommonColumns.highestGrade,
            OutputColumn(
                CommonColumns.gradeDeviation.definition,
                .deviation(sum: "score_sum", squares: "score_square_sum", count: "total_submissions")),
        ],
        summary: [
            ColumnDefinition("student_count", .integer, unit: .count, "students with attendance and a grade"),
            ColumnDefinition(
                "pearson_r", .decimal, unit: .coefficient, range: "-1 to 1", nullable: true,
                "Pearson's correlation of attendance rate and mean score; null without variation"),
            ColumnDefinition(
                "slope", .decimal, unit: .pointsPerPercent, nullable: true,
                "grade points per point of attendance, by least squares; null without variation of attendance"),
            ColumnDefinition(
                "pearson_r_low", .decimal, unit: .coefficient, range: "-1 to 1", nullable: true,
                "lower end of the 95 % interval of r (Fisher z); null for fewer than four students"),
            ColumnDefinition(
                "pearson_r_high", .decimal, unit: .coefficient, range: "-1 to 1", nullable: true,
                "upper end of the 95 % interval of r (Fisher z); null for fewer than four students"),
            ColumnDefinition("note", .text, "what the numbers do not say"),
        ],
        caution: "Correlation is not causation.",
        sql: SQLFiles.attendanceCorrelation, shape: shape)

    private static func rate(_ name: String, _ meaning: String) -> OutputColumn {
        OutputColumn(ColumnDefinition(name, .integer, unit: .percent, range: "0 to 100", meaning), .copy(name))
    }

    /// The query brings one row per student; buckets and correlation are made of them here, from whole numbers, in the
    /// order of the students, so that every engine gives the same digits.
    private static func shape(_ result: QueryResult, _ request: ReportRequest) throws -> ShapedRows {
        let students = try StudentAttendance.read(result)
        let buckets = AttendanceBucket.fill(with: students)
        let rows = try AttendanceBucket.table(buckets).rows(as: definition.columns)
        let correlation = Correlation(students.map { ($0.rate, $0.meanScore) })
        let interval = correlation.interval
        let summary: [NamedValue] = [
            NamedValue("student_count", .integer(Int64(students.count))),
            NamedValue("pearson_r", rounded(correlation.r)),
            NamedValue("slope", rounded(correlation.slope, scale: 2)),
            NamedValue("pearson_r_low", rounded(interval?.low)),
            NamedValue("pearson_r_high", rounded(interval?.high)),
            NamedValue("note", .text(definition.caution ?? "")),
        ]
        return ShapedRows(rows: rows, totalCount: Int64(rows.count), summary: summary)
    }

    private static func rounded(_ number: Double?, scale: Int = 4) -> Value {
        guard let number else { return .null }
        let power = scale == 4 ? 10_000.0 : 100.0
        return .decimal(FixedDecimal(units: Int64((number * power).rounded(.toNearestOrAwayFromZero)), scale: scale))
    }
}

/// One student's attendance and grades in the window.
struct StudentAttendance {
    let present: Int64
    let counted: Int64
    let gradedCount: Int64
    let scoreSum: Int64
    let scoreSquareSum: Int64
    let scoreMin: Int64
    let scoreMax: Int64

    /// In per cent.
    var rate: Double { 100 * Double(present) / Double(counted) }

    /// In points.
    var meanScore: Double { Double(scoreSum) / Double(gradedCount) / 100 }

    /// Reads the query's rows, in the order of the students.
    static func read(_ result: QueryResult) throws -> [StudentAttendance] {
        func integers(_ name: String) throws -> [Int64] {
            guard case .integers(let values) = result[name]?.storage else {
                throw RollbookError(.engineFailure, "the query brought home no whole numbers as \(name)")
            }
            return values
        }
        let (ids, present) = (try integers("student_id"), try integers("present_count"))
        let (counted, graded) = (try integers("counted_count"), try integers("graded_count"))
        let (sums, squares) = (try integers("score_sum"), try integers("score_square_sum"))
        let (lowest, highest) = (try integers("score_min"), try integers("score_max"))
        return ids.indices.sorted { ids[$0] < ids[$1] }.map { row in
            StudentAttendance(
                present: present[row], counted: counted[row], gradedCount: graded[row], scoreSum: sums[row],
                scoreSquareSum: squares[row], scoreMin: lowest[row], scoreMax: highest[row])
        }
    }
}

/// A tenth of the attendance rate, and what the students in it have.
struct AttendanceBucket {
    var studentCount: Int64 = 0
    var submissionCount: Int64 = 0
    var scoreSum: Int64 = 0
    var scoreSquareSum: Int64 = 0
    var scoreMin = Int64.max
    var scoreMax = Int64.min

    /// Ten buckets, [0,10) to [90,100]; a student's is found in whole numbers.
    static func fill(with students: [StudentAttendance]) -> [AttendanceBucket] {
        var buckets = Array(repeating: AttendanceBucket(), count: 10)
        for student in students {
            let index = min(9, Int(10 * student.present / student.counted))
            buckets[index].studentCount += 1
            buckets[index].submissionCount += student.gradedCount
            buckets[index].scoreSum += student.scoreSum
            buckets[index].scoreSquareSum += student.scoreSquareSum
            buckets[index].scoreMin = min(buckets[index].scoreMin, student.scoreMin)
            buckets[index].scoreMax = max(buckets[index].scoreMax, student.scoreMax)
        }
        return buckets
    }

    /// The buckets with a student in them, highest first, as raw columns.
    static func table(_ buckets: [AttendanceBucket]) -> QueryResult {
        let filled = buckets.enumerated().filter { $0.element.studentCount > 0 }.reversed()
        let columns: [(String, [Int64])] = [
            ("rate_from", filled.map { Int64($0.offset * 10) }), ("rate_to", filled.map { Int64($0.offset * 10 + 10) }),
            ("student_count", filled.map(\.element.studentCount)),
            ("total_submissions", filled.map(\.element.submissionCount)),
            ("score_sum", filled.map(\.element.scoreSum)), ("score_square_sum", filled.map(\.element.scoreSquareSum)),
            ("score_min", filled.map(\.element.scoreMin)), ("score_max", filled.map(\.element.scoreMax)),
        ]
        return QueryResult(
            names: columns.map(\.0), columns: columns.map { QueryColumn(storage: .integers($0.1), isNull: []) },
            rowCount: filled.count)
    }
}

/// Pearson's correlation and the least-squares slope of pairs, in two passes.
struct Correlation {
    let count: Int
    let r: Double?
    let slope: Double?

    init(_ pairs: [(x: Double, y: Double)]) {
        count = pairs.count
        let n = Double(pairs.count)
        let meanX = pairs.reduce(0) { $0 + $1.x } / n
        let meanY = pairs.reduce(0) { $0 + $1.y } / n
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for pair in pairs {
            let (dx, dy) = (pair.x - meanX, pair.y - meanY)
            xx += dx * dx
            yy += dy * dy
            xy += dx * dy
        }
        // Equal values differ from their computed mean by the mean's rounding: they, not the sums, tell.
        let xVaries = pairs.contains { $0.x != pairs[0].x }
        let yVaries = pairs.contains { $0.y != pairs[0].y }
        slope = xVaries ? (yVaries ? xy / xx : 0) : nil
        r = xVaries && yVaries ? max(-1, min(1, xy / (xx * yy).squareRoot())) : nil
    }

    /// The 95 % interval of r by Fisher's z transformation; nil for fewer than four pairs.
    var interval: (low: Double, high: Double)? {
        guard let r, count >= 4 else { return nil }
        if abs(r) == 1 { return (r, r) }
        let z = atanh(r)
        let reach = 1.959963984540054 / Double(count - 3).squareRoot()
        return (tanh(z - reach), tanh(z + reach))
    }
}
