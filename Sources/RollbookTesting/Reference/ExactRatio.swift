import RollbookModel

/// A fraction of whole numbers, written for the reference alone: it shares no code with what it judges.
struct ExactRatio: Comparable {
    let numerator: Int128
    /// Always positive.
    let denominator: Int128

    init(_ numerator: Int128, _ denominator: Int128 = 1) {
        let divisor = Self.greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
        let sign: Int128 = denominator < 0 ? -1 : 1
        self.numerator = sign * numerator / Int128(divisor)
        self.denominator = sign * denominator / Int128(divisor)
    }

    static func + (left: ExactRatio, right: ExactRatio) -> ExactRatio {
        ExactRatio(
            left.numerator * right.denominator + right.numerator * left.denominator,
            left.denominator * right.denominator)
    }

    static func - (left: ExactRatio, right: ExactRatio) -> ExactRatio { left + right * ExactRatio(-1) }

    static func * (left: ExactRatio, right: ExactRatio) -> ExactRatio {
        // Reduced crosswise first, so that the products stay small.
        let first = ExactRatio(left.numerator, right.denominator)
        let second = ExactRatio(right.numerator, left.denominator)
        return ExactRatio(first.numerator * second.numerator, first.denominator * second.denominator)
    }

    /// The quotient, or nil where there is none.
    func divided(by other: ExactRatio) -> ExactRatio? {
        other.numerator == 0 ? nil : self * ExactRatio(other.denominator, other.numerator)
    }

    static func < (left: ExactRatio, right: ExactRatio) -> Bool { (left - right).numerator < 0 }

    static func == (left: ExactRatio, right: ExactRatio) -> Bool {
        left.numerator == right.numerator && left.denominator == right.denominator
    }

    var doubleValue: Double { Double(numerator) / Double(denominator) }

    /// The nearest number of two decimals, halves away from zero.
    var rounded: Value {
        let hundredfold = numerator.magnitude * 100
        let (whole, rest) = hundredfold.quotientAndRemainder(dividingBy: denominator.magnitude)
        let units = Int64(whole) + (rest * 2 >= denominator.magnitude ? 1 : 0)
        return .decimal(FixedDecimal(units: numerator < 0 ? -units : units, scale: 2))
    }

    /// The nearest number of two decimals to the square root.
    var roundedSquareRoot: Value {
        // k hundredths are nearest when (2k - 1)^2 <= 40,000 x the ratio < (2k + 1)^2.
        func reaches(_ odd: Int128) -> Bool { odd * odd * denominator <= 40_000 * numerator }
        var units = max(0, Int128(doubleValue.squareRoot() * 100) - 2)
        while reaches(2 * units + 1) { units += 1 }
        return .decimal(FixedDecimal(units: Int64(units), scale: 2))
    }

    private static func greatestCommonDivisor(_ left: UInt128, _ right: UInt128) -> UInt128 {
        var (a, b) = (left, right)
        while b != 0 { (a, b) = (b, a % b) }
        return max(a, 1)
    }
}

extension ExactRatio? {
    var rounded: Value { self?.rounded ?? .null }
}

extension [ExactRatio] {
    var sum: ExactRatio { reduce(ExactRatio(0), +) }

    var mean: ExactRatio? { isEmpty ? nil : sum * ExactRatio(1, Int128(count)) }

    /// The sample variance; nil for fewer than two.
    var variance: ExactRatio? {
        guard count >= 2, let mean else { return nil }
        return map { ($0 - mean) * ($0 - mean) }.sum * ExactRatio(1, Int128(count - 1))
    }

    /// The middle value, or the mean of the two middle ones.
    var median: ExactRatio? {
        guard !isEmpty else { return nil }
        let ordered = sorted()
        let upper = ordered[count / 2]
        return count % 2 == 1 ? upper : (ordered[count / 2 - 1] + upper) * ExactRatio(1, 2)
    }
}

/// A share in per cent; none of nothing.
func percentage(_ part: Int, of whole: Int) -> Value {
    whole == 0 ? .null : ExactRatio(100 * Int128(part), Int128(whole)).rounded
}

func count(_ number: Int) -> Value { .integer(Int64(number)) }
