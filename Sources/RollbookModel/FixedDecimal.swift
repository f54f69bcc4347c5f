/// An exact decimal number: a whole number of units of 10 to the power of minus `scale`.
public struct FixedDecimal: Hashable, Sendable, CustomStringConvertible {
    /// The number of units, so that the value is `units / 10^scale`.
    public let units: Int64
    /// The number of decimals, 0...18.
    public let scale: Int

    /// The number `units / 10^scale`.
    public init(units: Int64, scale: Int) {
        self.units = units
        self.scale = scale
    }

    /// Reads an optional sign, digits and an optional fraction (`87.5`, `-3`, `.5` is refused); the fraction is rounded
    /// to `scale` decimals, halves away from zero. Anything else, and a number too large, gives nil.
    public init?(parsing text: some StringProtocol, scale: Int) {
        var bytes = ArraySlice(Array(text.utf8))
        let isNegative = bytes.first == 0x2D
        if isNegative || bytes.first == 0x2B { bytes.removeFirst() }
        var units: Int64 = 0
        var decimals = -1
        var digitsBeforePoint = 0
        var roundsUp = false
        for byte in bytes {
            if byte == 0x2E, decimals < 0, digitsBeforePoint > 0 {
                decimals = 0
                continue
            }
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            if decimals < 0 { digitsBeforePoint += 1 } else { decimals += 1 }
            if decimals == scale + 1 { roundsUp = byte >= 0x35 }
            if decimals > scale { continue }
            let (product, overflow) = units.multipliedReportingOverflow(by: 10)
            let (sum, overflowAgain) = product.addingReportingOverflow(Int64(byte - 0x30))
            if overflow || overflowAgain { return nil }
            units = sum
        }
        guard digitsBeforePoint > 0, decimals != 0 else { return nil }
        for _ in max(0, decimals)..<max(max(0, decimals), scale) {
            let (product, overflow) = units.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            units = product
        }
        if roundsUp {
            guard units < .max else { return nil }
            units += 1
        }
        self.init(units: isNegative ? -units : units, scale: scale)
    }

    /// The number without trailing zeros: `70.01`, `85.5`, `100`, `-0.25`.
    public var description: String { text(keepingZeros: false) }

    /// The number with all its decimals: `85.50`.
    public var paddedDescription: String { text(keepingZeros: true) }

    private func text(keepingZeros: Bool) -> String {
        var digits = String(units.magnitude)
        guard scale > 0 else { return units < 0 ? "-" + digits : digits }
        if digits.count <= scale { digits = String(repeating: "0", count: scale + 1 - digits.count) + digits }
        let whole = digits.dropLast(scale)
        var fraction = digits.suffix(scale)
        if !keepingZeros { while fraction.last == "0" { fraction.removeLast() } }
        let text = fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
        return units < 0 ? "-" + text : text
    }
}
