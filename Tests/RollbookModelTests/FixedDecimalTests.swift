import RollbookModel
import Testing

@Suite struct FixedDecimalTests {
    @Test(arguments: [
        ("87.5", 8750), ("-3", -300), ("+3", 300), ("0", 0), ("-0", 0), ("007", 700), ("70.005", 7001),
        ("70.0049999999999999999999999", 7000), ("-70.005", -7001), ("99.995", 10_000), ("-0.004", 0), ("-0.005", -1),
        ("92233720368547758.07", Int64.max),
    ])
    func readsAndRoundsHalvesAwayFromZero(text: String, hundredths: Int64) {
        #expect(FixedDecimal(parsing: text, scale: 2) == FixedDecimal(units: hundredths, scale: 2))
    }

    @Test(arguments: [
        "", "-", "+", ".", ".5", "5.", "-.5", "--5", "+-5", "5-", "1.2.3", "1e2", "0x10", "1,5", " 5", "5 ", "5\n",
        "NaN",
        "inf", "٥", "5\u{301}", "5\u{0}", "１", "−5", "92233720368547758.08", "92233720368547758.075",
        "99999999999999999999999",
    ])
    func refusesWhatIsNoNumberOrTooLarge(text: String) {
        #expect(FixedDecimal(parsing: text, scale: 2) == nil)
    }

    @Test func theLargestNumberIsNotRoundedBeyondItself() {
        #expect(FixedDecimal(parsing: "9223372036854775807.4", scale: 0)?.units == .max)
        #expect(FixedDecimal(parsing: "9223372036854775807.5", scale: 0) == nil)
        #expect(FixedDecimal(parsing: "-9223372036854775807.5", scale: 0) == nil)
    }

    /// A random whole number with a point put into it, rounded by whole-number arithmetic.
    @Test(arguments: 0...6) func roundsLikeWholeNumbers(scale: Int) {
        var generator = SeededGenerator(seed: UInt64(scale))
        for _ in 0..<2000 {
            let decimals = Int.random(in: 1...8, using: &generator)
            let number = Int64.random(in: -9_999_999_999...9_999_999_999, using: &generator)
            let text = FixedDecimal(units: number, scale: decimals).paddedDescription
            let cut = power(max(0, decimals - scale))
            let (quotient, remainder) = number.magnitude.quotientAndRemainder(dividingBy: UInt64(cut))
            let rounded = Int64(2 * remainder >= UInt64(cut) && cut > 1 ? quotient + 1 : quotient)
            let expected = rounded * power(max(0, scale - decimals)) * number.signum()
            #expect(FixedDecimal(parsing: text, scale: scale)?.units == expected, "\(text)")
        }
    }

    @Test(arguments: [
        (7001, 2, "70.01", "70.01"), (8550, 2, "85.5", "85.50"), (10_000, 2, "100", "100.00"),
        (-25, 2, "-0.25", "-0.25"), (-5, 2, "-0.05", "-0.05"), (0, 2, "0", "0.00"), (7, 0, "7", "7"),
        (-7, 0, "-7", "-7"), (12_345, 4, "1.2345", "1.2345"), (-10, 4, "-0.001", "-0.0010"),
        (Int64.min, 2, "-92233720368547758.08", "-92233720368547758.08"),
    ])
    func printsWithAndWithoutTrailingZeros(units: Int64, scale: Int, short: String, padded: String) {
        let decimal = FixedDecimal(units: units, scale: scale)
        #expect(decimal.description == short)
        #expect(decimal.paddedDescription == padded)
    }

    @Test func whatIsPrintedIsReadBack() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let decimal = FixedDecimal(
                units: .random(in: -Int64.max...Int64.max, using: &generator),
                scale: .random(in: 0...9, using: &generator))
            #expect(FixedDecimal(parsing: decimal.description, scale: decimal.scale) == decimal)
            #expect(FixedDecimal(parsing: decimal.paddedDescription, scale: decimal.scale) == decimal)
        }
    }

    private func power(_ exponent: Int) -> Int64 { (0..<exponent).reduce(1) { power, _ in power * 10 } }
}
