import HTTPTypes
import NIOCore
import Rollbook
import RollbookCache
import RollbookModel
import Synchronization

/// Answers by the target of the request that asked for them, byte for byte: what was asked before can be answered again
/// without reading the question.
///
/// The cache stays the only judge of what is kept: an answer that it has dropped is not given from here.
final class HotAnswers: Sendable {
    private struct Entry {
        let key: AnswerKey
        /// The instants at which the target asks for the key; nil: all.
        let keyHolds: Range<Instant>?
        let answer: PreparedAnswer
    }

    private struct Entries {
        var byTarget: [String: Entry] = [:]
        var bytes = 0
    }

    /// Larger bodies are not kept here: what they cost to write hides what a look into the warehouse costs.
    private static let largestAnswer = 2 << 20
    /// When so much is kept, all of it is forgotten: the targets in use are soon back.
    private static let mostBytes = 32 << 20
    /// What an entry takes beside its bodies, about.
    private static let overhead = 2048

    private let warehouse: Warehouse
    private let entries = Mutex(Entries())

    init(warehouse: Warehouse) { self.warehouse = warehouse }

    /// The answer to a target, where it is still what the warehouse would say. Counts as a hit of the cache.
    func answer(to target: String) -> PreparedAnswer? {
        guard let entry = entries.withLock({ $0.byTarget[target] }) else { return nil }
        guard entry.key.dataState == warehouse.currentState?.dataState,
            entry.keyHolds?.contains(.now) ?? true,
            let stored = warehouse.cache.lookup(entry.key), stored === entry.answer.answer
        else {
            forget(target)
            return nil
        }
        return entry.answer
    }

    /// Remembers what a target was answered with.
    func remember(_ target: String, _ stored: StoredAnswer, _ prepared: PreparedAnswer) {
        let bytes = prepared.byteCount + target.utf8.count + Self.overhead
        guard bytes <= Self.largestAnswer, stored.key.dataState == stored.answer.dataState else { return }
        entries.withLock { entries in
            if entries.bytes + bytes > Self.mostBytes { entries = Entries() }
            let entry = Entry(key: stored.key, keyHolds: stored.keyHolds, answer: prepared)
            if let old = entries.byTarget.updateValue(entry, forKey: target) {
                entries.bytes -= Self.bytes(of: old, target)
            }
            entries.bytes += bytes
        }
    }

    private func forget(_ target: String) {
        entries.withLock { entries in
            guard let old = entries.byTarget.removeValue(forKey: target) else { return }
            entries.bytes -= Self.bytes(of: old, target)
        }
    }

    private static func bytes(of entry: Entry, _ target: String) -> Int {
        entry.answer.byteCount + target.utf8.count + overhead
    }
}
