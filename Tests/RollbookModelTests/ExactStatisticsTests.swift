import Testing

@testable import RollbookModel

@Suite struct ExactStatisticsTests {
    /// Scores in hundredths with their sums, as an engine would give them.
    private struct Scores {
        let hundredths: [Int64]
        var sum: Int64 { hundredths.reduce(0, +) }
        var squares: Int64 { hundredths.reduce(0) { $0 + $1 * $1 } }
        var count: Int64 { Int64(hundredths.count) }
        /// The sum of the squared deviations, times the square of the count, in ten-thousandths: from each score, not
        /// from the sums.
        var deviations: Int128 {
            hundredths.reduce(0) {
                let deviation = Int128(count) * Int128($1) - Int128(sum)
                return $0 + deviation * deviation
            }
        }

        static func random(using generator: inout SeededGenerator) -> Scores {
            let count = Int.random(in: 2...60, using: &generator)
            let step: Int64 = [1, 25, 50, 100, 500].randomElement(using: &generator) ?? 1
            let range = 0...(10_000 / step)
            return Scores(hundredths: (0..<count).map { _ in .random(in: range, using: &generator) * step })
        }
    }

    /// Whether `units` hundredths are the value nearest to `numerator / denominator`, a half counting away from zero.
    private func isNearest(_ units: Int64, to numerator: Int128, over denominator: Int128) -> Bool {
        let twice = 2 * Int128(units.magnitude) * denominator
        let target = 200 * Int128(numerator.magnitude)
        let hasSameSign = units == 0 || (units < 0) == (numerator < 0)
        return twice - denominator <= target && target < twice + denominator && hasSameSign
    }

    @Test func halvesGoAwayFromZero() {
        #expect(ExactStatistics.ratio(14_001, 200, scale: 2)?.description == "70.01")
        #expect(ExactStatistics.ratio(-14_001, 200, scale: 2)?.description == "-70.01")
        #expect(ExactStatistics.ratio(14_001, -200, scale: 2)?.description == "-70.01")
        #expect(ExactStatistics.ratio(-14_001, -200, scale: 2)?.description == "70.01")
        #expect(ExactStatistics.mean(sumHundredths: 14_001, count: 2)?.description == "70.01")
        #expect(ExactStatistics.ratio(1, 3, scale: 4)?.description == "0.3333")
        #expect(ExactStatistics.ratio(2, 3, scale: 4)?.description == "0.6667")
        #expect(ExactStatistics.ratio(-1, 1000, scale: 2)?.description == "0")
    }

    @Test func nothingToDivideByGivesNothing() {
        #expect(ExactStatistics.ratio(1, 0, scale: 2) == nil)
        #expect(ExactStatistics.mean(sumHundredths: 0, count: 0) == nil)
        #expect(ExactStatistics.percentage(0, of: 0) == nil)
        #expect(ExactStatistics.duration(microseconds: 0, count: 0, unitMicroseconds: 1) == nil)
    }

    @Test(arguments: [0, 1] as [Int64]) func fewerThanTwoScoresDoNotSpread(count: Int64) {
        #expect(ExactStatistics.variance(sumHundredths: 5000, sumSquares: 25_000_000, count: count) == nil)
        #expect(ExactStatistics.standardDeviation(sumHundredths: 5000, sumSquares: 25_000_000, count: count) == nil)
    }

    @Test func equalScoresDoNotSpread() {
        #expect(ExactStatistics.variance(sumHundredths: 21_003, sumSquares: 3 * 7001 * 7001, count: 3)?.units == 0)
        #expect(
            ExactStatistics.standardDeviation(sumHundredths: 21_003, sumSquares: 3 * 7001 * 7001, count: 3)?.units == 0)
    }

    @Test func ratiosAreTheNearest() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<5000 {
            let numerator = Int128(Int64.random(in: -1_000_000_000...1_000_000_000, using: &generator))
            let denominator = Int128(Int64.random(in: 1...2000, using: &generator))
            let ratio = ExactStatistics.ratio(numerator, denominator, scale: 2)
            #expect(isNearest(ratio?.units ?? .min, to: numerator, over: denominator), "\(numerator) / \(denominator)")
        }
    }

    @Test func percentagesLieBetween0And100() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<2000 {
            let whole = Int64.random(in: 1...50_000_000, using: &generator)
            let part = Int64.random(in: 0...whole, using: &generator)
            let percentage = ExactStatistics.percentage(part, of: whole)?.units ?? -1
            #expect((0...10_000).contains(percentage))
            #expect(isNearest(percentage, to: 100 * Int128(part), over: Int128(whole)))
        }
    }

    @Test func momentsAreThoseOfTheScoresThemselves() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            let scores = Scores.random(using: &generator)
            let n = Int128(scores.count)
            let denominator = n * n * (n - 1) * 10_000
            let mean = try #require(ExactStatistics.mean(sumHundredths: scores.sum, count: scores.count))
            let variance = try #require(
                ExactStatistics.variance(
                    sumHundredths: scores.sum, sumSquares: scores.squares, count: scores.count))
            let deviation = try #require(
                ExactStatistics.standardDeviation(
                    sumHundredths: scores.sum, sumSquares: scores.squares, count: scores.count))
            #expect(isNearest(mean.units, to: Int128(scores.sum), over: n * 100))
            #expect(isNearest(variance.units, to: scores.deviations, over: denominator))
            #expect(deviation.units == slowDeviation(scores.deviations, denominator))
        }
    }

    /// Counts hundredths up until the next half lies above the root: (2k + 1)^2 / 40,000 > variance.
    private func slowDeviation(_ numerator: Int128, _ denominator: Int128) -> Int64 {
        var hundredths: Int64 = 0
        while Int128(2 * hundredths + 1) * Int128(2 * hundredths + 1) * denominator <= 40_000 * numerator {
            hundredths += 1
        }
        return hundredths
    }

    @Test func aDeviationOfAnExactHalfGoesUp() {
        // 0.01 and three zeros: the variance is 1/4 of a squared hundredth, its root exactly half a hundredth.
        #expect(ExactStatistics.standardDeviation(sumHundredths: 1, sumSquares: 1, count: 4)?.units == 1)
        #expect(ExactStatistics.standardDeviation(sumHundredths: 1, sumSquares: 1, count: 5)?.units == 0)
    }

    @Test func tenMillionRecordsStayExact() {
        let half: Int64 = 5_000_000
        let (sum, squares, count) = (half * 10_000, half * 100_000_000, 2 * half)
        #expect(ExactStatistics.mean(sumHundredths: sum, count: count)?.description == "50")
        #expect(ExactStatistics.variance(sumHundredths: sum, sumSquares: squares, count: count)?.description == "2500")
        #expect(
            ExactStatistics.standardDeviation(sumHundredths: sum, sumSquares: squares, count: count)?.description
                == "50")
        #expect(ExactStatistics.percentage(half, of: count)?.description == "50")
    }

    @Test func tenBillionRecordsStayExact() {
        let half: Int64 = 5_000_000_000
        let (sum, squares) = (half * 10_000, half * 100_000_000)
        #expect(ExactStatistics.variance(sumHundredths: sum, sumSquares: squares, count: 2 * half)?.units == 250_000)
        #expect(
            ExactStatistics.standardDeviation(sumHundredths: sum, sumSquares: squares, count: 2 * half)?.units == 5000)
    }

    @Test func durationsAreInTheirUnit() {
        let hour: Int64 = 3_600_000_000
        #expect(
            ExactStatistics.duration(microseconds: 3 * hour, count: 2, unitMicroseconds: hour)?.description == "1.5")
        #expect(ExactStatistics.duration(microseconds: -hour, count: 8, unitMicroseconds: hour)?.description == "-0.13")
    }

    @Test func rootsAreTheLargestWhoseSquareFits() {
        var generator = SeededGenerator(seed: 4)
        for value in 0...1000 as ClosedRange<Int128> { check(value) }
        for _ in 0..<2000 {
            let root = Int128(Int64.random(in: 0...1_000_000_000_000_000_000, using: &generator))
            for value in [root * root - 1, root * root, root * root + 1] where value >= 0 { check(value) }
        }
    }

    private func check(_ value: Int128) {
        let root = ExactStatistics.squareRoot(value)
        #expect(root * root <= value && value < (root + 1) * (root + 1), "\(value)")
    }
}
