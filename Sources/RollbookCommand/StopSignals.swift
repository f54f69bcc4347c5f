import Dispatch
import Foundation

/// Turns Ctrl-C and a request to terminate into cancellation, so that a transaction that is open is rolled back.
enum StopSignals {
    /// Runs `body`; the first signal cancels it, a second one ends the process at once.
    static func cancelling(_ body: sending @escaping () async throws -> Void) async throws {
        let task = Task(operation: body)
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if task.isCancelled { _exit(ExitStatus.interrupted.rawValue) }
                task.cancel()
            }
            source.activate()
            return source
        }
        defer { for source in sources { source.cancel() } }
        try await task.value
    }
}
