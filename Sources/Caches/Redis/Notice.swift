import RollbookCache
import RollbookModel

/// What servers tell each other over the channel, as text. Whatever else is said there is nobody's notice.
enum Notice: Equatable {
    /// The store has come to a state.
    case state(DataState)
    /// Answers of a store, or of all, are to be forgotten; it is the so-many-th time.
    case forget(prefix: String, number: Int64, storeID: String?)
    /// An answer was kept, whose key has this digest.
    case kept(digest: String)

    /// Writes a notice.
    ///
    /// - Parameter sender: who tells it, without a blank.
    func text(from sender: String) -> String {
        switch self {
        case .state(let state): "\(sender) state \(state)"
        case .forget(let prefix, let number, let storeID):
            "\(sender) forget \(number) \(storeID ?? Self.everyStore) \(prefix)"
        case .kept(let digest): "\(sender) kept \(digest)"
        }
    }

    private static let everyStore = "*"

    /// Reads a notice and who told it; nil where it is none.
    static func read(_ bytes: [UInt8]) -> (sender: String, notice: Notice)? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3 else { return nil }
        let sender = String(words[0])
        switch words[1] {
        case "state": return DataState(parsing: words[2]).map { (sender, .state($0)) }
        case "kept": return words[2].utf8.count == 32 ? (sender, .kept(digest: String(words[2]))) : nil
        case "forget":
            let parts = words[2].split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, let number = Int64(parts[0]) else { return nil }
            let storeID = parts[1] == everyStore ? nil : String(parts[1])
            return (sender, .forget(prefix: String(parts[2]), number: number, storeID: storeID))
        default: return nil
        }
    }
}
