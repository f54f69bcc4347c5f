import CLibPQ
import Foundation
import RollbookModel
import RollbookStore
import Synchronization

/// libpq's connection and the thread that waits for it. Every call may block, and runs on the thread of the connection's
/// actor; only ``close()`` comes from elsewhere.
///
/// Each wait ends when the run's deadline passes, its task is cancelled or the connection is closed: then the server is
/// asked to stop, and has ``grace`` to say so before the connection is given up.
final class PostgresWire: @unchecked Sendable {
    // libpq allows one thread at a time, which the actor sees to.
    private(set) var connection: OpaquePointer?
    let wakeUp: WakeUp
    private let isClosing = Mutex(false)
    private var stop: Stop?
    private(set) var interruption: Interruption?
    private var graceEnd: ContinuousClock.Instant?
    private var canceller: Canceller?

    /// How long a server that was asked to stop has for its answer.
    private static let grace = Duration.seconds(2)

    init() throws { wakeUp = try WakeUp() }

    deinit { finish() }

    /// Ends whatever runs, from any thread; nothing runs afterwards.
    func close() {
        isClosing.withLock { $0 = true }
        wakeUp.raise()
    }

    /// Takes over a connection that is being made.
    func adopt(_ connection: OpaquePointer) {
        self.connection = connection
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
    }

    /// Gives the connection up.
    func finish() {
        if let connection { PQfinish(connection) }
        connection = nil
    }

    /// Runs `body`, which a stop may end. A run that must end before it begins never reaches the server.
    func run<T>(_ stop: Stop, _ body: (OpaquePointer) throws -> T) throws -> T {
        if let reason = isClosing.withLock({ $0 }) ? .closing : stop.reason { throw reason.error }
        guard let connection else { throw PostgresFailure(sqlState: nil, message: "no connection").error(nil) }
        self.stop = stop
        interruption = nil
        graceEnd = nil
        defer { self.stop = nil }
        let outcome = Result { try body(connection) }
        awaitCanceller()
        return try outcome.get()
    }

    /// Runs `body`, which nobody stops, and which has a short time.
    func runToEnd<T>(_ body: (OpaquePointer) throws -> T) throws -> T {
        guard let connection else { throw PostgresFailure(sqlState: nil, message: "no connection").error(nil) }
        interruption = nil
        stop = nil
        graceEnd = .now + Self.grace
        return try body(connection)
    }

    /// Waits until the socket is ready for one of `events`.
    ///
    /// - Returns: what it is ready for.
    func wait(_ events: Int32) throws -> Int32 {
        // A connection that has failed has no socket, and nothing would ever come.
        guard let connection, PQsocket(connection) >= 0 else { throw lost() }
        while true {
            checkStop()
            var polled = [
                pollfd(fd: PQsocket(connection), events: Int16(events), revents: 0),
                pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let limit = graceEnd ?? stop?.deadline.instant
            if let graceEnd, graceEnd <= .now { throw lost() }
            let count = poll(&polled, 2, Self.milliseconds(until: limit))
            if count < 0 && errno != EINTR { throw lost() }
            if polled[1].revents != 0 { wakeUp.reset() }
            if polled[0].revents != 0 { return Int32(polled[0].revents) }
        }
    }

    /// Sends all that libpq has collected, and takes in meanwhile what the server says.
    func flush() throws {
        while true {
            switch PQflush(connection) {
            case 0: return
            case 1: if try wait(Int32(POLLIN | POLLOUT)) & Int32(POLLIN | POLLHUP | POLLERR) != 0 { try takeIn() }
            default: throw lost()
            }
        }
    }

    /// The next result of what was sent, or nil where there are no more.
    func nextResult() throws -> PostgresResult? {
        while PQisBusy(connection) == 1 {
            _ = try wait(Int32(POLLIN))
            try takeIn()
        }
        return PQgetResult(connection).map(PostgresResult.init)
    }

    /// The connection is gone: what libpq says about it.
    func lost(_ known: PostgresFailure? = nil) -> RollbookError {
        let words = connection.flatMap { PQerrorMessage($0) }.map { String(cString: $0) } ?? ""
        let failure = known ?? PostgresFailure(sqlState: nil, message: words.isEmpty ? "no answer" : words)
        finish()
        return failure.error(interruption)
    }

    /// Whether no transaction is open and nothing runs.
    var isIdle: Bool {
        connection.map { PQstatus($0) == CONNECTION_OK && PQtransactionStatus($0) == PQTRANS_IDLE } ?? false
    }

    /// Whether the server is a PostgreSQL 12 or newer.
    var isNewEnough: Bool { connection.map { PQserverVersion($0) >= 120_000 } ?? false }

    /// The number by which the server introduced itself; a pooler makes one up.
    var processNumber: Int64? { connection.map { Int64(PQbackendPID($0)) } }

    private func takeIn() throws { if PQconsumeInput(connection) == 0 { throw lost() } }

    /// Asks the server to stop, once, where the run must end.
    func checkStop() {
        guard interruption == nil, let stop, let connection,
            let reason = isClosing.withLock({ $0 }) ? .closing : stop.reason
        else { return }
        interruption = reason
        // A connection that is still being made has nothing to stop.
        guard PQstatus(connection) == CONNECTION_OK else { return graceEnd = .now }
        graceEnd = .now + Self.grace
        canceller = Canceller(connection, wakeUp)
    }

    /// A late request to stop must not hit what runs next.
    private func awaitCanceller() {
        guard let canceller else { return }
        self.canceller = nil
        while connection != nil, !canceller.hasReturned {
            guard let graceEnd, graceEnd > .now else { return finish() }
            var polled = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&polled, 1, Self.milliseconds(until: graceEnd))
            wakeUp.reset()
        }
    }

    private static func milliseconds(until instant: ContinuousClock.Instant?) -> Int32 {
        guard let instant else { return -1 }
        let left = (ContinuousClock.now.duration(to: instant) / .milliseconds(1)).rounded(.up)
        return Int32(min(max(left, 0), 86_400_000))
    }
}
