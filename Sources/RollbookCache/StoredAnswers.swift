import RollbookModel

/// The answers that are kept: bounded by bytes, the least recently used goes first.
///
/// Where answers may be given for a while after they have ended, because they expired or their data changed, they stay so
/// long, under their question's text.
struct StoredAnswers {
    private struct Entry {
        let key: AnswerKey
        let answer: EncodedAnswer
        let expiresAt: Int64
        /// Since when the store has another state.
        var supersededAt: Int64?
        var bytes: Int

        /// When it ceased to be the newest.
        var endedAt: Int64 { min(expiresAt, supersededAt ?? .max) }
    }

    /// What an entry takes beside its answer and its key's text: links, dictionary, headers of objects.
    static let overhead = 512

    /// One answer may take a quarter of the room: a larger one would put out too many others.
    static func largestEntry(in maximumBytes: Int) -> Int { maximumBytes / 4 }

    private let maximumBytes: Int
    private let timeToLive: Int64
    private let staleFor: Int64
    private var recency = RecencyList<Entry>()
    private var positions: [AnswerKey: Int] = [:]
    /// The newest answer to a question, whatever the state of the store; empty where old ones are never given.
    private var newest: [String: AnswerKey] = [:]
    private(set) var bytes = 0
    private(set) var evictions: Int64 = 0
    private(set) var expirations: Int64 = 0

    /// - Parameters:
    ///   - timeToLive: In nanoseconds.
    ///   - staleFor: In nanoseconds.
    init(maximumBytes: Int, timeToLive: Int64, staleFor: Int64 = 0) {
        self.maximumBytes = maximumBytes
        self.timeToLive = timeToLive
        self.staleFor = staleFor
    }

    var count: Int { positions.count }

    /// The keys, from the most to the least recently used.
    var keys: [AnswerKey] { recency.elements.map(\.key) }

    /// The answer under a key, which becomes the most recently used; one that is too old is dropped instead, unless it may
    /// still be given as an old one.
    mutating func use(_ key: AnswerKey, now: Int64) -> EncodedAnswer? {
        guard let position = positions[key], let entry = recency[position] else { return nil }
        guard now < entry.expiresAt else {
            if now - entry.endedAt >= staleFor { expire(key) }
            return nil
        }
        recency.touch(position)
        return entry.answer
    }

    /// The newest answer to a question that has ended, where it has not ended too long ago.
    ///
    /// Whoever asks has found nothing under the key of the present state: an answer that has not expired is of another. One
    /// of another store is no older answer to the question, but an answer to another one.
    mutating func useStale(_ asked: AnswerKey, now: Int64) -> EncodedAnswer? {
        guard staleFor > 0, let key = newest[asked.text], key.dataState.storeID == asked.dataState.storeID,
            let position = positions[key]
        else { return nil }
        if let entry = recency[position], now < entry.endedAt { recency[position]?.supersededAt = now }
        guard let entry = recency[position] else { return nil }
        guard now - entry.endedAt < staleFor else {
            expire(key)
            return nil
        }
        recency.touch(position)
        return entry.answer
    }

    /// Keeps an answer as the most recently used, in place of the one under the key, where it fits.
    ///
    /// - Parameters:
    ///   - remaining: How long it is still fresh, in nanoseconds; nil: as long as a new one.
    ///   - supersededAt: Since when the store has another state than the key's.
    mutating func store(
        _ answer: EncodedAnswer, of size: Int, under key: AnswerKey, now: Int64, remaining: Int64? = nil,
        supersededAt: Int64? = nil
    ) {
        remove(key)
        let entryBytes = size + key.text.utf8.count + Self.overhead
        guard entryBytes <= Self.largestEntry(in: maximumBytes), supersededAt.map({ now - $0 < staleFor }) ?? true
        else { return }
        let life = min(remaining ?? timeToLive, timeToLive)
        let expiresAt = now.addingReportingOverflow(life)
        let entry = Entry(
            key: key, answer: answer, expiresAt: expiresAt.overflow ? .max : expiresAt.partialValue,
            supersededAt: supersededAt, bytes: entryBytes)
        if staleFor > 0 { noteNewest(key, isCurrent: supersededAt == nil) }
        positions[key] = recency.insert(entry)
        bytes += entryBytes
        makeRoom()
    }

    /// Notes that an answer takes more bytes than when it was stored.
    mutating func grow(_ answer: EncodedAnswer, by growth: Int, under key: AnswerKey) {
        guard let position = positions[key], recency[position]?.answer === answer else { return }
        recency[position]?.bytes += growth
        bytes += growth
        makeRoom()
    }

    /// Drops the answers to another state than the present one, or keeps them as old ones as long as they may be given;
    /// those of another store may not. Gives how many were dropped.
    mutating func supersede(by present: DataState, now: Int64) -> Int {
        var dropped = 0
        for key in keys where key.dataState != present && !present.precedes(key.dataState) {
            guard let position = positions[key] else { continue }
            if recency[position]?.supersededAt == nil { recency[position]?.supersededAt = now }
            let isOfAnotherStore = key.dataState.storeID != present.storeID
            if isOfAnotherStore || now - (recency[position]?.endedAt ?? 0) >= staleFor {
                remove(key)
                dropped += 1
            }
        }
        return dropped
    }

    /// Drops the answers that may no longer be given. Gives how many bytes those take that have not ended.
    mutating func freshBytes(now: Int64) -> Int {
        var fresh = 0
        for entry in recency.elements {
            if now < entry.endedAt {
                fresh += entry.bytes
            } else if now - entry.endedAt >= staleFor {
                expire(entry.key)
            }
        }
        return fresh
    }

    /// Drops the answer under a key.
    mutating func remove(_ key: AnswerKey) {
        guard let position = positions.removeValue(forKey: key) else { return }
        if newest[key.text] == key { newest[key.text] = nil }
        bytes -= recency[position]?.bytes ?? 0
        recency.remove(at: position)
    }

    /// The answer that was the newest is of no use any more where this one takes its place.
    private mutating func noteNewest(_ key: AnswerKey, isCurrent: Bool) {
        if let old = newest[key.text] {
            guard isCurrent || old.dataState.precedes(key.dataState) else { return }
            remove(old)
        }
        newest[key.text] = key
    }

    private mutating func expire(_ key: AnswerKey) {
        remove(key)
        expirations += 1
    }

    private mutating func makeRoom() {
        while bytes > maximumBytes, let oldest = recency.oldest, let entry = recency[oldest] {
            remove(entry.key)
            evictions += 1
        }
    }
}
