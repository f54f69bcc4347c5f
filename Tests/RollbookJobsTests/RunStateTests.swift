import RollbookModel
import RollbookStore
import Testing

@testable import Rollbook

@Suite("The tries of a run")
struct RunStateTests {
    private let lost = RollbookError(.unavailable, "gone")

    @Test("follow each other after pauses that double, up to a quarter of an hour")
    func pauses() {
        var state = RunState(tries: 12, firstPause: .seconds(30))
        var pauses: [Duration] = []
        while case .begin(let number, let pause) = state.failed(lost, stop: nil, jitter: 0.5) {
            #expect(number == pauses.count + 2)
            pauses.append(pause)
        }
        #expect(Array(pauses[..<6]) == [30, 60, 120, 240, 480, 900].map { Duration.seconds($0) })
        #expect(pauses.count == 11 && pauses.last == .seconds(900))
    }

    @Test("pause a little more or less, by chance", arguments: [(0.0, 22.5), (1.0, 37.5), (-3, 22.5), (7, 37.5)])
    func jitter(_ jitter: Double, _ seconds: Double) {
        var state = RunState(tries: 2, firstPause: .seconds(30))
        guard case .begin(2, let pause) = state.failed(lost, stop: nil, jitter: jitter) else {
            Issue.record("no second try")
            return
        }
        #expect(abs(pause / .seconds(1) - seconds) < 0.001)
    }

    @Test("end with the last failure")
    func failure() {
        var state = RunState(tries: 2, firstPause: .seconds(1))
        _ = state.failed(lost, stop: nil, jitter: 0)
        guard case .end(let end) = state.failed(lost, stop: nil, jitter: 0) else { return #expect(Bool(false)) }
        #expect(end.outcome == .failed && end.error?.code == .unavailable)
    }

    @Test(
        "are not repeated where they would end alike",
        arguments: [RollbookError.Code.invalidArgument, .notFound, .notPermitted, .notReady, .cancelled])
    func hopeless(_ code: RollbookError.Code) {
        var state = RunState(tries: 5, firstPause: .seconds(1))
        guard case .end(let end) = state.failed(RollbookError(code, ""), stop: nil, jitter: 0) else {
            return #expect(Bool(false))
        }
        #expect(end.outcome == .failed)
    }

    @Test("end at once where the run is stopped, and say why")
    func stopped() {
        for (reason, outcome, code) in [
            (RunState.StopReason.asked, JobRun.Outcome.cancelled, RollbookError.Code.cancelled),
            (.leaseLost, .cancelled, .cancelled), (.processEnds, .cancelled, .cancelled),
            (.timeLimit(.seconds(5)), .failed, .timedOut),
        ] {
            var state = RunState(tries: 5, firstPause: .seconds(1))
            guard case .end(let end) = state.failed(lost, stop: reason, jitter: 0) else {
                return #expect(Bool(false))
            }
            #expect(end.outcome == outcome && end.error?.code == code)
        }
    }
}
