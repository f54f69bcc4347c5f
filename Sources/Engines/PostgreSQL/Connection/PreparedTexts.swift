import CLibPQ

/// The statements that a connection's server has parsed and keeps under a name.
struct PreparedTexts {
    /// A statement is parsed for its parameters' types.
    struct Key: Hashable {
        let text: String
        let types: [Oid]

        init(_ text: String, _ types: [Oid]) {
            self.text = text
            self.types = types
        }
    }

    private var names: [Key: String] = [:]
    private var lastNumber = 0

    /// The most statements that are kept.
    private static let maximum = 128
    /// Makes the server forget all.
    static let forget = "DEALLOCATE ALL"

    /// Whether all are to be forgotten.
    var isFull: Bool { names.count >= Self.maximum }

    subscript(key: Key) -> String? { names[key] }

    /// Keeps a statement under a name of its own.
    mutating func keep(_ key: Key) -> String {
        lastNumber += 1
        let name = "rollbook_\(lastNumber)"
        names[key] = name
        return name
    }

    /// The server does not have a statement after all.
    mutating func remove(_ key: Key) { names[key] = nil }

    /// The server has forgotten all. Numbers go on, so that no name comes twice.
    mutating func removeAll() { names = [:] }
}
