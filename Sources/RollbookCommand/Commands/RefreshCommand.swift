import ArgumentParser
import Rollbook
import RollbookModel

/// `rollbook refresh`.
struct RefreshCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh", abstract: "Fill the four summary views anew, in one transaction.")

    @Option(help: "The instant for which the columns that move with the clock hold (default: now).")
    var asOf: String?
    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        let instant = try parseInstant(asOf, flag: "--as-of")
        let settings = try await options.settings()
        let outcome = try await DatabaseAccess.withWarehouse(settings) { try await $0.refresh(asOf: instant) }
        let rows = outcome.views.map { view in
            [view.view, Decimals.grouped(view.rowCount), Decimals.short(view.duration / .milliseconds(1))]
        }
        let columns: [TextTable.Column] = [
            .init("view"), .init("rows", isNumeric: true), .init("milliseconds", isNumeric: true),
        ]
        Terminal.print(TextTable(columns, rows: rows).text(width: Terminal.width))
        Terminal.print(
            "refreshed as of \(outcome.asOf) in \(Decimals.short(outcome.duration / .milliseconds(1))) ms; data version"
                + " \(outcome.dataVersion)")
    }
}
