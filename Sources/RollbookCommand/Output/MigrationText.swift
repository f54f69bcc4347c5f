import RollbookModel
import RollbookStore

/// Migrations as the program prints them.
enum MigrationText {
    /// What a run did, a line each.
    static func outcome(_ outcome: Migrator.Outcome) -> String {
        let lines = outcome.removed.map { "removed \($0)" } + outcome.made.map { "made \($0)" }
        return ((lines.isEmpty ? ["nothing to do"] : lines) + ["schema \(outcome.version)"]).joined(separator: "\n")
    }

    /// A list in columns.
    static func table(_ entries: [Migrator.Entry]) -> String {
        let rows = entries.map { entry in
            [
                entry.number.map(String.init) ?? "", entry.name, entry.state.rawValue,
                entry.appliedAt?.description ?? "never",
            ]
        }
        let columns: [TextTable.Column] = [
            .init("number", isNumeric: true), .init("migration"), .init("state"), .init("applied"),
        ]
        return TextTable(columns, rows: rows).text(width: Terminal.width)
    }

    /// A list as JSON.
    static func json(_ entries: [Migrator.Entry]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for entry in entries {
                writer.object { writer in
                    writer.member("number", entry.number.map { .integer(Int64($0)) } ?? .null)
                    writer.member("name", .text(entry.name))
                    writer.member("state", .text(entry.state.rawValue))
                    writer.member("applied_at", entry.appliedAt.map(Value.instant) ?? .null)
                }
            }
        }
        return writer.text
    }
}
