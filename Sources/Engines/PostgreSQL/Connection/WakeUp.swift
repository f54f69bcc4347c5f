import Foundation
import RollbookModel

/// Ends another thread's wait: a pipe that becomes readable.
final class WakeUp: Sendable {
    /// What a waiting thread polls.
    let descriptor: Int32
    private let writing: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw RollbookError(.outOfResources, "the system gave no pipe for a connection")
        }
        descriptor = ends[0]
        writing = ends[1]
        for end in ends {
            // A full pipe says as much as one byte, so nobody need wait to write.
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(descriptor)
        close(writing)
    }

    /// Wakes the waiting thread, or the next one to wait.
    func raise() {
        var byte: UInt8 = 1
        _ = write(writing, &byte, 1)
    }

    /// Forgets all calls so far.
    func reset() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(descriptor, &bytes, bytes.count) > 0 {}
    }
}
