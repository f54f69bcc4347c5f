/// The answers that are kept: bounded by bytes, the least recently used goes first.
struct StoredAnswers {
    private struct Entry {
        let key: AnswerKey
        let answer: EncodedAnswer
        let storedAt: Int64
        var bytes: Int
    }

    /// What an entry takes beside its answer and its key's text: links, dictionary, headers of objects.
    static let overhead = 512

    /// One answer may take a quarter of the room: a larger one would put out too many others.
    static func largestEntry(in maximumBytes: Int) -> Int { maximumBytes / 4 }

    private let maximumBytes: Int
    private let timeToLive: Int64
    private var recency = RecencyList<Entry>()
    private var positions: [AnswerKey: Int] = [:]
    private(set) var bytes = 0
    private(set) var evictions: Int64 = 0
    private(set) var expirations: Int64 = 0

    /// - Parameter timeToLive: In nanoseconds.
    init(maximumBytes: Int, timeToLive: Int64) {
        self.maximumBytes = maximumBytes
        self.timeToLive = timeToLive
    }

    var count: Int { positions.count }

    /// The keys, from the most to the least recently used.
    var keys: [AnswerKey] { recency.elements.map(\.key) }

    /// The answer under a key, which becomes the most recently used; one that is too old is dropped instead.
    mutating func use(_ key: AnswerKey, now: Int64) -> EncodedAnswer? {
        guard let position = positions[key], let entry = recency[position] else { return nil }
        guard now - entry.storedAt < timeToLive else {
            remove(key)
            expirations += 1
            return nil
        }
        recency.touch(position)
        return entry.answer
    }

    /// Keeps an answer as the most recently used, in place of the one under the key, where it fits.
    mutating func store(_ answer: EncodedAnswer, of size: Int, under key: AnswerKey, now: Int64) {
        remove(key)
        let entryBytes = size + key.text.utf8.count + Self.overhead
        guard entryBytes <= Self.largestEntry(in: maximumBytes) else { return }
        positions[key] = recency.insert(Entry(key: key, answer: answer, storedAt: now, bytes: entryBytes))
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

    /// Drops the answer under a key.
    mutating func remove(_ key: AnswerKey) {
        guard let position = positions.removeValue(forKey: key) else { return }
        bytes -= recency[position]?.bytes ?? 0
        recency.remove(at: position)
    }

    private mutating func makeRoom() {
        while bytes > maximumBytes, let oldest = recency.oldest, let entry = recency[oldest] {
            remove(entry.key)
            evictions += 1
        }
    }
}
