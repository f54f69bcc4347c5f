import ArgumentParser
import Rollbook
import RollbookViews

/// `rollbook view NAME`.
struct ViewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "Show a summary view, as the last refresh left it.",
        discussion: """
            The views are:
            \(ViewCatalogue.all.map { "  \($0.name): \($0.grain)" }.joined(separator: "\n"))
            """)

    @Argument(help: "The view's name; dashes may stand for underscores.") var name: String
    @Option(help: ArgumentHelp("The most rows of the page, up to \(ViewReader.mostRows).", valueName: "rows"))
    var limit: String = "\(ViewReader.standardRows)"
    @Option(help: ArgumentHelp("The first row of the page, counted from 0.", valueName: "row")) var offset: String = "0"
    @Option(help: "How the answer is printed.") var format: AnswerFormat = .table
    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        let view = try ViewCatalogue.view(named: name)
        let question = try Question(view: view.name, parameters: ["limit": limit, "offset": offset])
        let settings = try await options.settings()
        let answer = try await DatabaseAccess.withWarehouse(settings) { try await $0.answer(question) }
        let notes = AnswerNotes(title: view.title, grain: view.grain, caution: nil)
        Terminal.write(answer.encoded(as: format, notes: notes, width: Terminal.width), to: 1)
    }
}
