import RollbookModel

/// Something that stands in the database beside the record tables and holds nothing that cannot be made anew, such as a
/// materialized view: it is made when it is missing, and made anew when its definition has changed.
public struct RepeatableMigration: Sendable {
    /// What it is called.
    public let name: String
    /// The statements that make it, in the engine's own SQL.
    public let up: [String]
    /// The statements that remove it.
    public let down: [String]

    /// Changes whenever the statements do.
    public var checksum: String { Fingerprint.of((up + down).joined(separator: "\n;\n")) }

    /// Makes one.
    public init(name: String, up: [String], down: [String]) {
        self.name = name
        self.up = up
        self.down = down
    }
}
