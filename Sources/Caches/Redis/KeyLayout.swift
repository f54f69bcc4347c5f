import RollbookCache
import RollbookModel

/// The names of keys and channels. All begin with the configured prefix, and with the version of the layout, so that another
/// version of Rollbook on the same server neither reads nor forgets what this one keeps.
///
///     PREFIX:a1:STORE:TEXT:STATE:DIGEST   an answer; TEXT is the beginning of its key's text
///     PREFIX:l1:STORE:DIGEST              who computes it
///     PREFIX:f1                           how often answers were forgotten
///     PREFIX:n1                           the channel on which servers tell each other
struct KeyLayout: Sendable {
    let prefix: String

    /// So much of a key's text stands in a name; the digest stands for all of it.
    static let readableLength = 160

    var channel: String { "\(prefix):n1" }
    var forgettings: String { "\(prefix):f1" }

    func answer(_ key: AnswerKey) -> String {
        let state = key.dataState
        return "\(prefix):a1:\(state.storeID):\(Self.readable(key.text)):\(state.version).\(state.mark):\(key.digest)"
    }

    func lease(_ key: AnswerKey) -> String { "\(prefix):l1:\(key.dataState.storeID):\(key.digest)" }

    /// What SCAN matches the answers of a store by whose keys' texts begin with `text`. Where that is longer than what
    /// stands in a name, answers match that differ only behind it.
    ///
    /// - Parameter storeID: nil: every store.
    func pattern(text: String, storeID: String?) -> String {
        let store = storeID.map(Self.escaped) ?? "*"
        return Self.escaped("\(prefix):a1:") + store + ":" + Self.escaped(Self.readable(text)) + "*"
    }

    /// Keys' texts are ASCII, so bytes can be cut; a prefix that somebody made up need not be.
    private static func readable(_ text: String) -> String {
        String(decoding: text.utf8.prefix(readableLength), as: UTF8.self)
    }

    /// A text that stands for itself in a glob.
    static func escaped(_ text: String) -> String {
        // A glob knows bytes, not characters: what follows a * does not change what it means.
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            if #"*?[]^-\"#.unicodeScalars.contains(scalar) { escaped += "\\" }
            escaped.unicodeScalars.append(scalar)
        }
    }
}
