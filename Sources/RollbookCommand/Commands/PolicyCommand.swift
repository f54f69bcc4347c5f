import ArgumentParser
import RollbookModel

/// `rollbook policy`.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Show the definitions in force, and where each value came from.")

    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        let settings = try await options.settings()
        let rows = settings.policy.values.map { name, value in
            let entry = settings.entries.first { $0.setting.name == "policy.\(name)" }
            return [name, value.plainText, entry?.origin.words ?? "", entry?.setting.meaning ?? ""]
        }
        let columns = ["setting", "value", "from", "meaning"].map { TextTable.Column($0) }
        Terminal.print(TextTable(columns, rows: rows).text(width: Terminal.width))
    }
}
