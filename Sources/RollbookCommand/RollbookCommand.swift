import ArgumentParser
import Foundation

/// The command line: parses arguments, chooses the engine, puts the rooms together; nothing else.
struct RollbookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollbook",
        abstract: "A school's records, four summary views and nine reports, on one machine.",
        discussion: """
            One flag chooses the database: --database PATH, or the variable ROLLBOOK_DATABASE. Flags come before the \
            environment (ROLLBOOK_…), the environment before the configuration file; 'rollbook config' lists every setting.

            Exit status:
              0 success
            \(ExitStatus.allCases.map { "  \($0.rawValue) \($0.meaning)" }.joined(separator: "\n"))
            """,
        subcommands: [
            ImportCommand.self, GenerateCommand.self, RefreshCommand.self, ReportCommand.self, ViewCommand.self,
            ReportsCommand.self, ServeCommand.self, WarmCommand.self, StatusCommand.self, MigrateCommand.self,
            JobsCommand.self, MappingCommand.self, PolicyCommand.self, ConfigCommand.self,
        ])
}

/// The program: runs one command, and says in one place how it ended.
@main enum Program {
    static func main() async {
        do {
            let command = try await RollbookCommand.asyncParseAsRoot()
            // A server minds signals by itself: it answers what it has begun to answer.
            if command is ServeCommand {
                try await run(command)
            } else {
                try await StopSignals.cancelling { try await run(command) }
            }
        } catch {
            end(error)
        }
    }

    private static func run(_ command: any ParsableCommand) async throws {
        var command = command
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    }

    private static func end(_ error: any Error) -> Never {
        let code = RollbookCommand.exitCode(for: error)
        let text = RollbookCommand.fullMessage(for: error)
        if code.isSuccess {
            Terminal.print(text)
            exit(0)
        }
        // Everything that argument-parser finds wrong is a matter of usage.
        if code == .validationFailure {
            Terminal.complain("rollbook: " + text.trimmingPrefix("Error: "))
            exit(ExitStatus.usage.rawValue)
        }
        let failure = CommandFailure(error, showsEngineWords: Terminal.showsEngineWords)
        Terminal.complain(
            (["rollbook: \(failure.message)"] + failure.hints.map { "  \($0)" }).joined(separator: "\n"))
        exit(failure.status.rawValue)
    }
}
