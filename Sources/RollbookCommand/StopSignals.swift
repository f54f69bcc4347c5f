import Dispatch
import Foundation
import Synchronization

/// Turns Ctrl-C and a request to terminate into cancellation, so that a transaction that is open is rolled back.
enum StopSignals {
    /// Runs `body`; the first signal cancels it, a second one ends the process at once.
    static func cancelling(_ body: sending @escaping () async throws -> Void) async throws {
        let task = Task(operation: body)
        let watch = SignalWatch { task.cancel() }
        defer { watch.cancel() }
        try await task.value
    }

    /// Ends the process at once when a second signal comes; the first one is for a service group, which shuts down.
    static func endingAtTheSecond() -> SignalWatch { SignalWatch {} }
}

/// Waits for signals: the first one is told, the second one ends the process at once.
struct SignalWatch {
    private let sources: [any DispatchSourceSignal]

    fileprivate init(onFirst: @escaping @Sendable () -> Void) {
        let count = SignalCount()
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                // Signals that come close together are told once, with their number.
                let (before, now) = count.add(source.data)
                if now > 1 { _exit(ExitStatus.interrupted.rawValue) }
                if before == 0 { onFirst() }
            }
            source.activate()
            return source
        }
    }

    /// Waits no longer.
    func cancel() { for source in sources { source.cancel() } }
}

/// How many signals there were.
private final class SignalCount: Sendable {
    private let count = Mutex<UInt>(0)

    func add(_ more: UInt) -> (before: UInt, now: UInt) {
        count.withLock { count in
            defer { count += more }
            return (count, count + more)
        }
    }
}
