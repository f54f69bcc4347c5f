import RollbookModel

/// A decimal number as a file writes it, exact: at most 12 digits before the point and 18 after it.
struct ExactDecimal: Equatable {
    /// The number in units of 10 to the power of minus `scale`.
    private let units: Int128
    private let scale: Int

    static let zero = ExactDecimal(units: 0, scale: 0)
    static let hundred = ExactDecimal(units: 100, scale: 0)

    private static let powers = (0...18).map { (0..<$0).reduce(Int128(1)) { power, _ in power * 10 } }

    private init(units: Int128, scale: Int) {
        self.units = units
        self.scale = scale
    }

    /// Reads `87.5`, `-3`, `+100.00`. Exponents, commas, `.5`, `5.` and more digits than can be kept give nil.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        var position = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { position = 1 }
        let first = position
        var point: Int?
        var mantissa: Int64 = 0
        var wide: Int128?
        while position < bytes.count {
            let digit = bytes[position] &- UInt8(ascii: "0")
            if digit < 10 {
                if let already = wide {
                    wide = already * 10 + Int128(digit)
                } else if position - first < 18 {
                    mantissa = mantissa &* 10 &+ Int64(digit)
                } else {
                    wide = Int128(mantissa) * 10 + Int128(digit)
                }
            } else if bytes[position] == UInt8(ascii: "."), point == nil, position > first {
                point = position
            } else {
                return nil
            }
            position += 1
            // 12 and 18 digits with a point between them fit; more would overflow sooner or later.
            guard position - first <= 31 else { return nil }
        }
        let decimals = point.map { bytes.count - $0 - 1 } ?? 0
        let wholes = (point ?? bytes.count) - first
        guard (1...12).contains(wholes), decimals <= 18, point == nil || decimals > 0 else { return nil }
        let magnitude = wide ?? Int128(mantissa)
        self.init(units: isNegative ? -magnitude : magnitude, scale: decimals)
    }

    /// Where the number lies between `low` and `high`, in hundredths of a percent, halves rounded away from zero.
    func percent(from low: ExactDecimal, to high: ExactDecimal) throws(FieldFault) -> Int32 {
        let scale = max(scale, low.scale, high.scale)
        let (value, bottom, top) = (units(at: scale), low.units(at: scale), high.units(at: scale))
        guard bottom < top else { throw FieldFault("number", "the range of its points is empty") }
        guard value >= bottom else { throw FieldFault("number", "the points are below the least possible") }
        guard value <= top else { throw FieldFault("number", "the points are above the most possible") }
        let (quotient, remainder) = ((value - bottom) * 10_000).quotientAndRemainder(dividingBy: top - bottom)
        return Int32(quotient) + (remainder * 2 >= top - bottom ? 1 : 0)
    }

    /// Whether the numbers are the same, however many digits they were written with.
    static func == (first: Self, second: Self) -> Bool {
        let scale = max(first.scale, second.scale)
        return first.units(at: scale) == second.units(at: scale)
    }

    private func units(at scale: Int) -> Int128 { units * Self.powers[scale - self.scale] }
}
