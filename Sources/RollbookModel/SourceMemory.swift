/// What a source of changes must know of what came before it, but no record holds: the store keeps it from one import to
/// the next, by topics that the source chooses.
public struct SourceMemory: Sendable {
    /// One thing to be remembered.
    public struct Entry: Hashable, Sendable {
        /// What kind of thing it is, such as `user_role`.
        public let topic: String
        /// The source's id of the record that it is about.
        public let sourceIdentifier: String
        /// What is to be known, in the source's own notation.
        public let value: String

        /// Makes an entry.
        public init(topic: String, sourceIdentifier: String, value: String) {
            self.topic = topic
            self.sourceIdentifier = sourceIdentifier
            self.value = value
        }
    }

    private var values: [String: [String: String]] = [:]

    /// Remembers the entries; of those about the same thing, the last holds.
    public init(_ entries: some Sequence<Entry> = []) {
        for entry in entries { values[entry.topic, default: [:]][entry.sourceIdentifier] = entry.value }
    }

    /// What is known on a topic about a record, or nil.
    public subscript(topic: String, sourceIdentifier: String) -> String? { values[topic]?[sourceIdentifier] }
}
