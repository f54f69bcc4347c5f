import ArgumentParser
import Rollbook
import RollbookModel
import RollbookReports

/// `rollbook report NAME`: the report's declaration says which flags there are, so that a new report needs no edit here.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Answer a report.",
        usage: "rollbook report <name> [--<parameter> <value> ...] [options]",
        discussion: """
            The reports are:
            \(ReportCatalogue.all.map { "  \($0.name): \($0.question)" }.joined(separator: "\n"))

            'rollbook report NAME --help' shows the report's parameters and columns.
            """,
        helpNames: [])

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp("The report's name, then its parameters, such as --student 11391.", valueName: "name"))
    var words: [String] = []

    @Option(help: "The instant for which the answer holds (default: now).") var asOf: String?
    @Option(help: "How the answer is printed.") var format: AnswerFormat = .table
    @OptionGroup var options: DatabaseOptions
    @Flag(name: .shortAndLong, help: "Show help information, of the report where one is named.") var help = false

    func run() async throws {
        guard let name = words.first, !name.hasPrefix("-") else {
            if help || words.isEmpty { return Terminal.print(RollbookCommand.helpMessage(for: Self.self)) }
            throw CommandFailure(
                .usage, "the report's name comes first", hints: ["'rollbook reports' lists the reports"])
        }
        let report = try ReportCatalogue.report(named: name)
        if help { return Terminal.print(ReportHelp.text(of: report)) }
        var texts = try ReportArguments.parse(Array(words.dropFirst()), for: report)
        texts["as_of"] = try parseInstant(asOf, flag: "--as-of")?.description
        let question = try Question(report: report.name, parameters: texts)
        let settings = try await options.settings()
        try ReportArguments.check(texts, for: report, policy: settings.policy)
        let answer: Answer
        do {
            answer = try await DatabaseAccess.withWarehouse(settings) { try await $0.answer(question) }
        } catch let error as RollbookError where error.code == .notFound {
            throw ReportArguments.failure(error, report)
        }
        let notes = AnswerNotes(title: report.title, grain: report.grain, caution: report.caution)
        Terminal.write(answer.encoded(as: format, notes: notes, width: Terminal.width), to: 1)
    }
}

/// Reads a report's parameters from the words behind its name.
enum ReportArguments {
    /// The parameters by name; `--name value` and `--name=value` mean the same.
    ///
    /// - Throws: ``CommandFailure`` for a flag that the report does not have, has twice, or that has no value.
    static func parse(_ words: [String], for report: ReportDefinition) throws -> [String: String] {
        var texts: [String: String] = [:]
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else { throw unexpected(word, report) }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let flag = String(parts.first ?? "")
            guard let parameter = report.parameters.first(where: { $0.flag == "--" + flag }) else {
                throw unexpected("--" + flag, report)
            }
            guard let value = parts.count > 1 ? String(parts[1]) : rest.popFirst() else {
                throw CommandFailure(.usage, "\(parameter.flag) needs a value; it takes \(parameter.expectation)")
            }
            guard texts.updateValue(value, forKey: parameter.name) == nil else {
                throw CommandFailure(.usage, "\(parameter.flag) is given twice")
            }
        }
        return texts
    }

    /// Refuses what the report cannot take, before any database is opened.
    static func check(_ texts: [String: String], for report: ReportDefinition, policy: Policy) throws {
        let parameters = texts.filter { $0.key != "as_of" }
        do {
            _ = try ReportRequest(report, texts: parameters, policy: policy, asOf: .now)
        } catch let error as RollbookError {
            throw failure(error, report)
        }
    }

    /// The failure with the parameter named as its flag.
    static func failure(_ error: RollbookError, _ report: ReportDefinition) -> CommandFailure {
        let parameter = report.parameters.first { $0.name == error.subject }
        let words = parameter.map { error.message.replacing($0.name, with: $0.flag, maxReplacements: 1) }
        return CommandFailure(.usage, words ?? error.message, hints: [helpHint(report)])
    }

    private static func unexpected(_ word: String, _ report: ReportDefinition) -> CommandFailure {
        let flags = report.parameters.map(\.flag).joined(separator: ", ")
        return CommandFailure(
            .usage, "\(report.name) does not take \(word); its parameters are \(flags)", hints: [helpHint(report)])
    }

    private static func helpHint(_ report: ReportDefinition) -> String {
        "'rollbook report \(report.name) --help' explains them"
    }
}

extension ParameterDefinition {
    /// The parameter's flag.
    var flag: String { "--" + name.replacing("_", with: "-") }
}
