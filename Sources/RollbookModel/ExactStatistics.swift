/// Statistics from exact sums: a ratio is divided once, at the end, and rounded once, halves away from zero.
///
/// Sums of scores come in hundredths of a point (a `DECIMAL(6,2)` times 100), sums of squares in ten-thousandths, so that
/// every engine gives the same whole numbers and the order of the records never matters.
public enum ExactStatistics {
    /// `numerator / denominator`, rounded to `scale` decimals, halves away from zero; nil where the denominator is 0.
    public static func ratio(_ numerator: Int128, _ denominator: Int128, scale: Int) -> FixedDecimal? {
        guard denominator != 0 else { return nil }
        let isNegative = (numerator < 0) != (denominator < 0) && numerator != 0
        let scaled = Int128(numerator.magnitude) * Int128(powerOfTen(scale))
        let divisor = Int128(denominator.magnitude)
        let rounded = (2 * scaled + divisor) / (2 * divisor)
        guard let units = Int64(exactly: rounded) else { return nil }
        return FixedDecimal(units: isNegative ? -units : units, scale: scale)
    }

    /// The mean of scores, in points, 2 decimals; nil for no scores.
    public static func mean(sumHundredths: Int64, count: Int64) -> FixedDecimal? {
        ratio(Int128(sumHundredths), Int128(count) * 100, scale: 2)
    }

    /// The share of `part` in `whole` in per cent, 0 to 100, 2 decimals; nil where the whole is 0.
    public static func percentage(_ part: Int64, of whole: Int64) -> FixedDecimal? {
        ratio(Int128(part) * 100, Int128(whole), scale: 2)
    }

    /// The sample variance (n - 1) of scores, in points squared, 2 decimals; nil for fewer than two scores.
    public static func variance(sumHundredths: Int64, sumSquares: Int64, count: Int64) -> FixedDecimal? {
        guard count >= 2 else { return nil }
        let (numerator, denominator) = varianceRatio(sumHundredths, sumSquares, count)
        return ratio(numerator, denominator, scale: 2)
    }

    /// The sample standard deviation (n - 1) of scores, in points, 2 decimals; nil for fewer than two scores.
    public static func standardDeviation(sumHundredths: Int64, sumSquares: Int64, count: Int64) -> FixedDecimal? {
        guard count >= 2 else { return nil }
        let (numerator, denominator) = varianceRatio(sumHundredths, sumSquares, count)
        // The nearest k hundredths satisfies k - 1/2 <= s < k + 1/2, so k = floor((floor(sqrt(4 s^2)) + 1) / 2).
        let root = squareRoot((4 * numerator * 10_000) / denominator)
        return FixedDecimal(units: Int64((root + 1) / 2), scale: 2)
    }

    /// A mean of durations in a unit of so many microseconds, 2 decimals; nil for no durations.
    public static func duration(microseconds: Int64, count: Int64, unitMicroseconds: Int64) -> FixedDecimal? {
        ratio(Int128(microseconds), Int128(count) * Int128(unitMicroseconds), scale: 2)
    }

    /// The variance as a ratio: (n * sum of squares - square of sum) / (n * (n - 1)), in points squared.
    private static func varianceRatio(_ sum: Int64, _ squares: Int64, _ count: Int64) -> (Int128, Int128) {
        let n = Int128(count)
        return (n * Int128(squares) - Int128(sum) * Int128(sum), n * (n - 1) * 10_000)
    }

    /// The largest whole number whose square is at most `value`.
    static func squareRoot(_ value: Int128) -> Int128 {
        guard value > 0 else { return 0 }
        var root = Int128(Double(value).squareRoot())
        while root * root > value { root -= 1 }
        while (root + 1) * (root + 1) <= value { root += 1 }
        return root
    }

    private static func powerOfTen(_ exponent: Int) -> Int64 {
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }
}
