import Dispatch
import Foundation
public import RollbookModel
import Synchronization

/// A file to which spans are appended, by a thread of its own: whoever ends a span waits for nothing, and a disk that is
/// slow or full costs spans, never answers.
public final class SpanFile: Sendable {
    private struct State {
        var spans: [RecordedSpan.Content] = []
        var isScheduled = false
    }

    /// How many spans may wait to be written; those beyond are dropped and counted.
    private static let mostWaiting = 8192
    /// How long spans are gathered before they are written.
    private static let delay = DispatchTimeInterval.milliseconds(500)
    /// How many spans stand on a line.
    private static let spansOfLine = 512

    private let path: String
    private let resource: [(String, String)]
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "rollbook.spans")
    private let written = Atomic<Int64>(0)
    private let dropped = Atomic<Int64>(0)

    /// Opens the file for appending, to see that it can be written; only its owner may read it.
    ///
    /// - Parameter resource: what the spans are of, such as `service.name`.
    /// - Throws: ``RollbookError`` with `unreadableSource` where it cannot be written.
    public init(path: String, resource: [(String, String)] = [("service.name", "rollbook")]) throws {
        self.path = path
        self.resource = resource
        guard let descriptor = Self.open(path) else {
            throw RollbookError(.unreadableSource, "\(path) cannot be written", subject: "tracing.file")
        }
        close(descriptor)
    }

    /// How many spans were written, and how many were dropped.
    public var counts: (written: Int64, dropped: Int64) {
        (written.load(ordering: .relaxed), dropped.load(ordering: .relaxed))
    }

    /// Takes a span that has ended.
    func write(_ span: RecordedSpan.Content) {
        let mustSchedule = state.withLock { state in
            guard state.spans.count < Self.mostWaiting else {
                dropped.wrappingAdd(1, ordering: .relaxed)
                return false
            }
            state.spans.append(span)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if mustSchedule { queue.asyncAfter(deadline: .now() + Self.delay) { self.drain() } }
    }

    /// Writes what waits, and returns when it is written.
    public func flush() { queue.sync { drain() } }

    private func drain() {
        let spans = state.withLock { state in
            defer { state = State() }
            return state.spans
        }
        guard !spans.isEmpty else { return }
        // Opened anew each time: a file that was moved away is made again.
        guard let descriptor = Self.open(path) else { return drop(spans.count) }
        defer { close(descriptor) }
        for start in stride(from: 0, to: spans.count, by: Self.spansOfLine) {
            let batch = Array(spans[start..<min(start + Self.spansOfLine, spans.count)])
            if Self.append(OTLPLines.line(batch, resource: resource), to: descriptor) {
                written.wrappingAdd(Int64(batch.count), ordering: .relaxed)
            } else {
                drop(batch.count)
            }
        }
    }

    private func drop(_ count: Int) { dropped.wrappingAdd(Int64(count), ordering: .relaxed) }

    private static func open(_ path: String) -> Int32? {
        let descriptor = Foundation.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o600)
        return descriptor < 0 ? nil : descriptor
    }

    private static func append(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var written = 0
        return bytes.withUnsafeBytes { buffer in
            while written < buffer.count {
                let count = Foundation.write(
                    descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return false }
                written += count
            }
            return true
        }
    }
}
