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
final class SignalWatch: Sendable {
    private let sources: [any DispatchSourceSignal]
    private let seen = Mutex<UInt>(0)

    fileprivate init(onFirst: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: .global())
        }
        for source in sources {
            source.setEventHandler { [self, unowned source] in
                let (before, now) = seen.withLock { seen in
                    defer { seen += source.data }
                    return (seen, seen + source.data)
                }
                if now > 1 { _exit(ExitStatus.interrupted.rawValue) }
                if before == 0 { onFirst() }
            }
            source.activate()
        }
    }

    /// Waits no longer.
    func cancel() { for source in sources { source.cancel() } }
}
