import RollbookCache
import Synchronization

@testable import RollbookRedis

/// What a server has heard of others.
final class Heard: Sendable {
    private let notices = Mutex<[SharedNotice]>([])

    var all: [SharedNotice] { notices.withLock { $0 } }

    var receive: @Sendable (SharedNotice) -> Void { { [self] notice in notices.withLock { $0.append(notice) } } }
}

extension RedisAnswers {
    /// Whether nobody waits for news.
    var isIdle: Bool { news.isIdle }

    func forget(prefix: String) async { _ = await forget(prefix: prefix, of: nil) }
}

/// A number that many tasks may change at once.
final class Counter: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    func increment() { number.withLock { $0 += 1 } }
}
