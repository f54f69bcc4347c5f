/// What a connection waits for, and since how many ticks of a clock: a value that knows neither channels nor clocks, so that
/// serving a request costs no look at one.
struct ConnectionPhase {
    /// How many ticks a connection may stay in a phase.
    struct Limits: Hashable, Sendable {
        /// Without a request.
        var idle: Int
        /// Between the first byte of a request's head and its last one; and of a body.
        var reading: Int
        /// Between the last byte of an answer that was handed over and the client's having taken it.
        var writing: Int
    }

    /// Why a connection is given up.
    enum Reason: String, CaseIterable {
        case idle
        case slowRequest = "slow_request"
        case slowReader = "slow_reader"
    }

    private enum Waiting {
        case request, head, body, answer
    }

    private var waiting = Waiting.request
    private var unanswered = 0
    private var unwritten = 0
    private var ticks = 0
    private var writingTicks = 0

    /// A part of a request has come in.
    mutating func readHead() {
        waiting = .body
        unanswered += 1
        ticks = 0
    }

    /// The request is complete.
    mutating func readEnd() {
        // An answer that was in memory may be on its way already.
        waiting = unanswered > 0 ? .answer : .request
        ticks = 0
    }

    /// Bytes have come in that were no part of a request yet: its head has begun.
    mutating func readBytes() {
        guard waiting == .request else { return }
        waiting = .head
        ticks = 0
    }

    /// The end of an answer is on its way.
    mutating func wroteEnd() {
        unanswered -= 1
        unwritten += 1
        if unanswered == 0, waiting == .answer {
            waiting = .request
            ticks = 0
        }
    }

    /// The client has taken an answer.
    mutating func flushed() {
        unwritten -= 1
        writingTicks = 0
    }

    /// A tick has passed. Gives the reason why the connection is to be given up, if there is one.
    mutating func tick(_ limits: Limits) -> Reason? {
        ticks += 1
        if unwritten > 0 {
            writingTicks += 1
            if writingTicks > limits.writing { return .slowReader }
        }
        switch waiting {
        case .request: return unwritten == 0 && ticks > limits.idle ? .idle : nil
        case .head, .body: return ticks > limits.reading ? .slowRequest : nil
        case .answer: return nil
        }
    }
}
