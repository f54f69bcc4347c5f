import ArgumentParser
import Rollbook
import RollbookModel

/// `rollbook info`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Show what the database holds, and how fresh it is.")

    /// How the status is printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json
    }

    @Option(help: "How the status is printed.") var format: Format = .table
    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        let settings = try await options.settings()
        let status = try await DatabaseAccess.withWarehouse(settings) { try await $0.status() }
        Terminal.print(format == .json ? Self.json(status) : Self.text(status))
    }

    private static func text(_ status: WarehouseStatus) -> String {
        let tables = TextTable(
            [.init("table"), .init("rows", isNumeric: true)],
            rows: status.tables.map { [$0.table.rawValue, Decimals.grouped($0.count)] })
        let views = TextTable(
            [.init("view"), .init("rows", isNumeric: true), .init("as of"), .init("refreshed"), .init("age")],
            rows: status.views.map { view in
                [
                    view.view, Decimals.grouped(view.rowCount), view.asOf?.description ?? "never",
                    view.refreshedAt?.description ?? "never", view.refreshedAt.map { age(of: $0) } ?? "–",
                ]
            })
        let newest = status.state.dataAsOf?.description ?? "no records"
        return """
            \(tables.text(width: nil))

            \(views.text(width: nil))

            engine        \(status.engine)
            data version  \(status.state.dataVersion)
            data as of    \(newest)
            time zone     \(status.state.zone)
            bytes         \(status.bytes.map(Decimals.grouped) ?? "unknown")
            """
    }

    private static func json(_ status: WarehouseStatus) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("engine", .text(status.engine))
            writer.member("data_version", .integer(status.state.dataVersion))
            writer.member("data_as_of", status.state.dataAsOf.map(Value.instant) ?? .null)
            writer.member("time_zone", .text(status.state.zone.identifier))
            writer.member("bytes", status.bytes.map(Value.integer) ?? .null)
            writer.key("tables")
            writer.object { writer in
                for (table, count) in status.tables { writer.member(table.rawValue, .integer(count)) }
            }
            writer.key("views")
            writer.array { writer in
                for view in status.views {
                    writer.object { writer in
                        writer.member("name", .text(view.view))
                        writer.member("rows", .integer(view.rowCount))
                        writer.member("as_of", view.asOf.map(Value.instant) ?? .null)
                        writer.member("refreshed_at", view.refreshedAt.map(Value.instant) ?? .null)
                        writer.member("duration_ms", .integer(view.durationMilliseconds))
                    }
                }
            }
        }
        return writer.text
    }

    private static func age(of instant: Instant) -> String {
        let seconds = max(0, Instant.now.secondsSinceEpoch - instant.secondsSinceEpoch)
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h"
        default: return "\(seconds / 86_400) days"
        }
    }
}
