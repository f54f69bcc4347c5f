import RollbookModel

/// A numbered step of the store's layout, forth and back.
///
/// Its text is frozen once it has been released: a store records its checksum, and a program with another text refuses to
/// touch that store. What must change gets a migration with the next number.
public struct Migration: Sendable {
    /// Its place in the order, from 1.
    public let number: Int
    /// What it makes, in a word.
    public let name: String
    /// The statements that make it.
    public let up: [String]
    /// The statements that undo it.
    public let down: [String]

    /// Changes whenever the statements do.
    public var checksum: String { Fingerprint.of((up + down).joined(separator: "\n;\n")) }

    /// All of them in order, as an engine spells them.
    public static func all(for dialect: Dialect) -> [Migration] {
        [
            Migration(number: 1, name: "state", text: SQLFiles.migration1State, dialect: dialect),
            Migration(number: 2, name: "records", text: SQLFiles.migration2Records, dialect: dialect),
            Migration(number: 3, name: "operations", text: SQLFiles.migration3Operations, dialect: dialect),
        ]
    }

    /// The number of the newest.
    public static let newest = 3

    /// Makes one.
    package init(number: Int, name: String, up: [String], down: [String]) {
        self.number = number
        self.name = name
        self.up = up
        self.down = down
    }

    /// Reads one from a text in which the lines `-- [up]`, `-- [up maintained]`, `-- [down maintained]` and `-- [down]`
    /// stand before the statements of all engines and of those whose storage is maintained. Texts are of the dialect's own
    /// type in place of `varchar`.
    init(number: Int, name: String, text: String, dialect: Dialect) {
        var sections: [Substring: String] = [:]
        var section: Substring = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let heading = line.wholeMatch(of: /-- \[([a-z ]+)\]/) {
                section = heading.output.1
            } else {
                sections[section, default: ""] += line + "\n"
            }
        }
        func statements(_ section: Substring) -> [String] {
            if section.hasSuffix("maintained"), dialect.storage != .maintained { return [] }
            return Self.statements(of: sections[section] ?? "", dialect: dialect)
        }
        self.init(
            number: number, name: name, up: statements("up") + statements("up maintained"),
            down: statements("down maintained") + statements("down"))
    }

    /// The statements of a text, each of which ends in a semicolon at the end of a line.
    static func statements(of text: String, dialect: Dialect) -> [String] {
        text.replacing("varchar", with: dialect.textType).split(separator: ";\n")
            .map { $0.trimmingPrefix { $0.isNewline } }.filter { !$0.isEmpty }.map(String.init)
    }
}
