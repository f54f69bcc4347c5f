import Testing

@testable import RollbookPostgreSQL

@Suite("The lag of a replica")
struct LagHistoryTests {
    private let start = ContinuousClock.now

    private func time(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func history(_ samples: [(second: Int, position: Int64)], longestLag: Int = 60) -> LagHistory {
        var history = LagHistory(longestLag: .seconds(longestLag))
        for sample in samples { history.record(sample.position, at: time(sample.second)) }
        return history
    }

    @Test("is nothing where all was replayed, and the age of what is known where that is old")
    func none() {
        let history = history([(0, 100), (1, 200)])
        #expect(history.lag(of: 200, at: time(1)) == .zero)
        #expect(history.lag(of: 250, at: time(5)) == .zero)
        let late = history.lag(of: 250, at: time(4000)).map { $0 / .seconds(1) } ?? 0
        #expect(abs(late - 3999) < 0.001)
    }

    @Test("is the age of the newest state that was replayed whole")
    func behind() {
        let history = history([(0, 100), (1, 200), (2, 300)])
        #expect(history.lag(of: 100, at: time(3)) == .seconds(3))
        #expect(history.lag(of: 299, at: time(3)) == .seconds(2))
    }

    @Test("does not grow while the primary idles, nor with the first commit afterwards")
    func idle() {
        var history = LagHistory(longestLag: .seconds(60))
        for second in 0...3600 { history.record(100, at: time(second)) }
        #expect(history.lag(of: 100, at: time(3600)) == .zero)
        history.record(101, at: time(3601))
        #expect(history.lag(of: 100, at: time(3601)) == .seconds(1))
    }

    @Test("is not known of a state older than what is remembered")
    func unknown() {
        #expect(LagHistory(longestLag: .seconds(60)).lag(of: 100, at: time(0)) == nil)
        #expect(history([(0, 100)]).lag(of: 99, at: time(1)) == nil)
        let long = history((0...1000).map { ($0, Int64($0)) })
        #expect(long.lag(of: 100, at: time(1000)) == nil)
        #expect(long.lag(of: 940, at: time(1000)) == .seconds(60))
    }

    @Test("is told of the log of the primary that is there, not of one before it")
    func replaced() {
        let history = history([(0, 500), (1, 600), (2, 50), (3, 60)])
        #expect(history.lag(of: 55, at: time(3)) == .seconds(1))
        #expect(history.lag(of: 40, at: time(3)) == nil)
    }

    @Test("is told from no more samples than are of use, and never too small")
    func dense() {
        var history = LagHistory(longestLag: .seconds(60))
        for millisecond in 0..<100_000 { history.record(Int64(millisecond), at: start + .milliseconds(millisecond)) }
        #expect(history.count < 2100)
        let lag = history.lag(of: 90_000, at: time(100)) ?? .zero
        #expect(lag >= .seconds(10) && lag < .seconds(11))
    }

    @Test("passes over a sample that comes late")
    func late() {
        let history = history([(0, 100), (5, 500), (3, 300)])
        #expect(history.lag(of: 300, at: time(6)) == .seconds(6))
    }
}
