import ArgumentParser
import Rollbook
import RollbookModel
import RollbookStore

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
        let status = try await DatabaseAccess.withWarehouse(settings) { try await $0.status(asksServers: true) }
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
            """ + servers(status.servers)
    }

    private static func servers(_ servers: [ServerStatus]) -> String {
        guard !servers.isEmpty else { return "" }
        let table = TextTable(
            [.init("server"), .init("address"), .init("is"), .init("data version", isNumeric: true), .init("behind")],
            rows: servers.map { server in
                [
                    server.name, server.address, server.answers ? server.role?.rawValue ?? "unknown" : "not answering",
                    server.dataVersion.map(String.init) ?? "–",
                    server.replicaLagSeconds.map { "\(Int($0.rounded())) s" } ?? "–",
                ]
            })
        return "\n\n" + table.text(width: nil)
    }

    private static func json(_ status: WarehouseStatus) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("engine", .text(status.engine))
            writer.member("data_version", .integer(status.state.dataVersion))
            writer.member("data_as_of", status.state.dataAsOf.map(Value.instant) ?? .null)
            writer.member("time_zone", .text(status.state.zone.identifier))
            writer.member("bytes", status.bytes.map(Value.integer) ?? .null)
            writer.key("servers")
            writer.array { writer in for server in status.servers { write(server, &writer) } }
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

    private static func write(_ server: ServerStatus, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", .text(server.name))
            writer.member("address", .text(server.address))
            writer.member("configured_role", .text(server.configuredRole.rawValue))
            writer.member("role", server.role.map { .text($0.rawValue) } ?? .null)
            writer.member("answers", .boolean(server.answers))
            writer.member("data_version", server.dataVersion.map(Value.integer) ?? .null)
            writer.member("replica_lag_seconds", server.replicaLagSeconds.map(Value.double) ?? .null)
        }
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
