/// Which state of which store: what an answer was read from.
///
/// The version alone does not say it, since a store that was made anew, or put back from a backup, counts the same versions
/// again.
public struct DataState: Hashable, Sendable, CustomStringConvertible {
    /// Drawn when the store was made: one that was made anew in its place has another.
    public let storeID: String
    /// Grows whenever stored records or views change.
    public let version: Int64
    /// Drawn when the store came to have the version.
    public let mark: String

    /// Names a state.
    public init(storeID: String = "", version: Int64, mark: String = "") {
        self.storeID = storeID
        self.version = version
        self.mark = mark
    }

    /// All of it: `0f3b….12.9c41…`.
    public var description: String { "\(storeID).\(version).\(mark)" }

    /// Reads what ``description`` has written; nil where it is nothing of the kind.
    public init?(parsing text: Substring) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let version = Int64(parts[1]) else { return nil }
        self.init(storeID: parts[0], version: version, mark: parts[2])
    }

    /// Whether this is an older state of the same store than another, as far as versions say.
    public func precedes(_ other: DataState) -> Bool { storeID == other.storeID && version < other.version }
}
