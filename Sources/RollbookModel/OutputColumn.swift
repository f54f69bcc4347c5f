/// A column of an answer and how its cells come from the columns that a query brings home: ratios, square roots and
/// rounding happen here, once, for all engines alike.
public struct OutputColumn: Sendable {
    /// What readers see.
    public let definition: ColumnDefinition
    /// Where the cells come from.
    public let derivation: Derivation

    /// Pairs a declared column with the raw columns that make it.
    public init(_ definition: ColumnDefinition, _ derivation: Derivation) {
        self.definition = definition
        self.derivation = derivation
    }
}

/// How a cell comes from raw columns: counts, sums of hundredths of a point, sums of their squares, microseconds.
public enum Derivation: Sendable {
    /// The raw column as it is.
    case copy(String)
    /// Hundredths of a point, as points.
    case points(String)
    /// The mean of scores.
    case mean(sum: String, count: String)
    /// The share of one count in another, in per cent.
    case percentage(part: String, whole: String)
    /// The sample variance of scores.
    case variance(sum: String, squares: String, count: String)
    /// The sample standard deviation of scores.
    case deviation(sum: String, squares: String, count: String)
    /// A sum of microseconds divided by a count, in a unit of so many microseconds.
    case duration(microseconds: String, count: String, unit: Int64)
    /// A number of microseconds, in a unit of so many.
    case span(microseconds: String, unit: Int64)
    /// The mean distance in days between so many instants, of which the first and the last are known.
    case spacing(first: String, last: String, count: String)
}

/// Microseconds of common units, for derivations.
public enum TimeUnit {
    /// A minute.
    public static let minute: Int64 = 60_000_000
    /// An hour.
    public static let hour: Int64 = 3_600_000_000
    /// 24 hours.
    public static let day: Int64 = 86_400_000_000
}

extension QueryResult {
    /// The result's rows as readers see them.
    ///
    /// - Throws: ``RollbookError`` with `engineFailure` where the query lacks a raw column.
    public func rows(as columns: [OutputColumn]) throws -> [[Value]] {
        let cells = try columns.map { try evaluator(of: $0.derivation) }
        return (0..<rowCount).map { row in cells.map { $0(row) } }
    }

    /// The cell of a row, as a derivation says; raw columns are looked up once.
    private func evaluator(of derivation: Derivation) throws -> (Int) -> Value {
        switch derivation {
        case .copy(let name):
            let raw = try column(name)
            return { raw[$0] }
        case .points(let name):
            return try ratio(name, nil) { hundredths, _ in FixedDecimal(units: hundredths, scale: 2) }
        case .mean(let sum, let count):
            return try ratio(sum, count) { ExactStatistics.mean(sumHundredths: $0, count: $1) }
        case .percentage(let part, let whole):
            return try ratio(part, whole) { ExactStatistics.percentage($0, of: $1) }
        case .variance(let sum, let squares, let count):
            return try moments(sum, squares, count) {
                ExactStatistics.variance(sumHundredths: $0, sumSquares: $1, count: $2)
            }
        case .deviation(let sum, let squares, let count):
            return try moments(sum, squares, count) {
                ExactStatistics.standardDeviation(sumHundredths: $0, sumSquares: $1, count: $2)
            }
        case .duration(let microseconds, let count, let unit):
            return try ratio(microseconds, count) {
                ExactStatistics.duration(microseconds: $0, count: $1, unitMicroseconds: unit)
            }
        case .span(let microseconds, let unit):
            return try ratio(microseconds, nil) { value, _ in
                ExactStatistics.duration(microseconds: value, count: 1, unitMicroseconds: unit)
            }
        case .spacing(let first, let last, let count):
            return try spacing(first, last, count)
        }
    }

    private func ratio(
        _ first: String, _ second: String?, _ combine: @escaping (Int64, Int64) -> FixedDecimal?
    ) throws -> (Int) -> Value {
        let first = try column(first)
        let second = try second.map(column)
        return { row in
            guard let a = first[row].integer, let b = second == nil ? 1 : second?[row].integer else { return .null }
            return combine(a, b).value
        }
    }

    private func moments(
        _ sum: String, _ squares: String, _ count: String,
        _ combine: @escaping (Int64, Int64, Int64) -> FixedDecimal?
    ) throws -> (Int) -> Value {
        let (sum, squares, count) = (try column(sum), try column(squares), try column(count))
        return { row in
            guard let a = sum[row].integer, let b = squares[row].integer, let c = count[row].integer else {
                return .null
            }
            return combine(a, b, c).value
        }
    }

    private func spacing(_ first: String, _ last: String, _ count: String) throws -> (Int) -> Value {
        let (first, last, count) = (try column(first), try column(last), try column(count))
        return { row in
            guard let from = first[row].instant, let until = last[row].instant, let count = count[row].integer,
                count > 1
            else { return .null }
            let distance = until.microsecondsSinceEpoch - from.microsecondsSinceEpoch
            return ExactStatistics.duration(
                microseconds: distance, count: count - 1, unitMicroseconds: TimeUnit.day
            ).value
        }
    }

    private func column(_ name: String) throws -> QueryColumn {
        guard let column = self[name] else {
            throw RollbookError(.engineFailure, "the query brought home no column \(name)")
        }
        return column
    }
}
