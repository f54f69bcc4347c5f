import Logging
import RollbookTelemetry
import Synchronization

/// What is logged, kept to be looked at.
final class LoggedLines: Sendable {
    private let kept = Mutex<[String]>([])

    /// The lines so far.
    var lines: [String] { kept.withLock { $0 } }

    /// A logger whose lines are kept, all of them.
    func logger(_ level: Logger.Level = .info) -> Logger {
        Logger(label: "test") { label in
            LineLogHandler(label: label, level: level, format: .json) { bytes in
                self.kept.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
            }
        }
    }
}
