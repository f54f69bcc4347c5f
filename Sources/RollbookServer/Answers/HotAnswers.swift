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
    /// An answer that is kept for a target.
    final class Entry: Sendable {
        /// The answer.
        let answer: PreparedAnswer
        /// The question that the target asks.
        let question: Question
        fileprivate let key: AnswerKey
        /// The instants at which the target asks for the key; nil: all.
        fileprivate let keyHolds: Range<Instant>?
        /// The warehouse's definitions for which the target asks for the key.
        fileprivate let revision: Int
        /// The hits that nobody has been told of yet.
        fileprivate let untold = Atomic<Int>(0)

        fileprivate init(
            _ question: Question, _ stored: StoredAnswer, _ answer: PreparedAnswer, revision: Int
        ) {
            self.question = question
            self.revision = revision
            (key, keyHolds) = (stored.key, stored.keyHolds)
            self.answer = answer
        }

        /// The answer has been given once more.
        func count() { untold.wrappingAdd(1, ordering: .relaxed) }
    }

    private struct Entries {
        var byTarget: [String: Entry] = [:]
        var bytes = 0
        /// What is kept no longer, and has hits that nobody has been told of.
        var untold: [Entry] = []

        /// Notes what is no longer kept.
        mutating func retire(_ entry: Entry) {
            if entry.untold.load(ordering: .relaxed) > 0 { untold.append(entry) }
        }
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
    func answer(to target: String) -> Entry? {
        guard let entry = entries.withLock({ $0.byTarget[target] }) else { return nil }
        guard entry.key.dataState == warehouse.currentState?.dataState, entry.revision == warehouse.revision,
            entry.keyHolds?.contains(.now) ?? true,
            let stored = warehouse.cache.lookup(entry.key), stored === entry.answer.answer
        else {
            forget(target)
            return nil
        }
        return entry
    }

    /// Tells the warehouse's observers of the hits since the last time, one event for each question.
    func tellHits() {
        let entries = entries.withLock { entries in
            defer { entries.untold = [] }
            return Array(entries.byTarget.values) + entries.untold
        }
        for entry in entries {
            let count = entry.untold.exchange(0, ordering: .relaxed)
            guard count > 0 else { continue }
            warehouse.tell(
                QuestionEvent(
                    question: entry.question, source: .memory, dataVersion: entry.key.dataState.version,
                    repetitions: count, isToldInBulk: true))
        }
    }

    /// Tells of hits every few seconds, and once more at the end.
    func keepTelling(every interval: Duration = .seconds(5)) async {
        while (try? await Task.sleep(for: interval)) != nil { tellHits() }
        tellHits()
    }

    /// Remembers what a target was answered with.
    ///
    /// - Parameter revision: of the warehouse's definitions, as it was before the question was asked.
    func remember(
        _ target: String, of question: Question, _ stored: StoredAnswer, _ prepared: PreparedAnswer, revision: Int
    ) {
        let bytes = prepared.byteCount + target.utf8.count + Self.overhead
        guard bytes <= Self.largestAnswer, stored.key.dataState == stored.answer.dataState else { return }
        entries.withLock { entries in
            if entries.bytes + bytes > Self.mostBytes {
                for entry in entries.byTarget.values { entries.retire(entry) }
                (entries.byTarget, entries.bytes) = ([:], 0)
            }
            if let old = entries.byTarget.updateValue(
                Entry(question, stored, prepared, revision: revision), forKey: target)
            {
                entries.bytes -= Self.bytes(of: old, target)
                entries.retire(old)
            }
            entries.bytes += bytes
        }
    }

    private func forget(_ target: String) {
        entries.withLock { entries in
            guard let old = entries.byTarget.removeValue(forKey: target) else { return }
            entries.bytes -= Self.bytes(of: old, target)
            entries.retire(old)
        }
    }

    private static func bytes(of entry: Entry, _ target: String) -> Int {
        entry.answer.byteCount + target.utf8.count + overhead
    }
}
