import ArgumentParser
import RollbookModel

/// `rollbook config`.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "List every setting with its default, its value and its meaning.",
        discussion: """
            A setting stands in the environment as shown, or in the configuration file: keys there are nested where the \
            setting's name has a dot. Names that mean nothing are refused. Passwords are not shown.
            """)

    @Option(help: "How the list is printed.") var format: ListFormat = .table
    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        let entries = try await options.settings().entries
        switch format {
        case .json: Terminal.print(Self.json(entries))
        case .table: Terminal.print(entries.map(Self.text).joined(separator: "\n\n"))
        case .markdown: Terminal.print(Self.markdown(entries))
        }
    }

    private static func text(_ entry: EffectiveSettings.Entry) -> String {
        let setting = entry.setting
        return """
            \(setting.name) = \(entry.shown ?? "(not set)")   [\(entry.origin.words)]
                \(setting.meaning)
                takes \(setting.expectation); default: \(setting.standard ?? "none")
                \(([setting.flag, setting.environmentName, "YAML \(setting.name)"] as [String?]).compactMap { $0 }
                    .joined(separator: ", "))
            """
    }

    private static func markdown(_ entries: [EffectiveSettings.Entry]) -> String {
        let head = "| setting (YAML key) | environment | flag | takes | default | meaning |\n|---|---|---|---|---|---|"
        return entries.map(\.setting).reduce(head) { text, setting in
            let cells = [
                "`\(setting.name)`", "`\(setting.environmentName)`", setting.flag.map { "`\($0)`" } ?? "",
                setting.expectation, setting.standard ?? "none", setting.meaning,
            ]
            return text + "\n| " + cells.joined(separator: " | ") + " |"
        }
    }

    private static func json(_ entries: [EffectiveSettings.Entry]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for entry in entries {
                writer.object { writer in
                    writer.member("name", .text(entry.setting.name))
                    writer.member("value", entry.shown.map(Value.text) ?? .null)
                    writer.member("origin", .text(entry.origin.words))
                    writer.member("default", entry.setting.standard.map(Value.text) ?? .null)
                    writer.member("takes", .text(entry.setting.expectation))
                    writer.member("meaning", .text(entry.setting.meaning))
                    writer.member("environment", .text(entry.setting.environmentName))
                    writer.member("flag", entry.setting.flag.map(Value.text) ?? .null)
                }
            }
        }
        return writer.text
    }
}

/// How a list is printed.
enum ListFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, markdown
}
