import Hummingbird
import Rollbook
import RollbookModel
import RollbookStore

/// Finds students, teachers, subjects and classes by what people call them.
struct DirectoryRoutes {
    /// The rows where no number is given, and the most there may be.
    static let standardRows = 20
    static let mostRows = 1000

    let warehouse: Warehouse

    func add(to router: Router<BasicRequestContext>) {
        for table in RecordDirectory.tables {
            router.read(RouterPath("/v1/\(table.rawValue)")) { request, _ in
                try await entries(of: table, request.queryArguments())
            }
        }
    }

    private func entries(of table: RecordTable, _ arguments: [String: String]) async throws -> Response {
        try arguments.refuseAll(but: ["q", "limit"])
        guard let limit = Int(arguments["limit"] ?? String(Self.standardRows)), limit >= 1 else {
            throw RollbookError(
                .invalidArgument, "limit takes a whole number from 1; more than \(Self.mostRows) is lowered to it",
                subject: "limit")
        }
        let entries = try await warehouse.directory.entries(
            in: table, matching: arguments["q"] ?? "", limit: min(limit, Self.mostRows), deadline: warehouse.deadline)
        return .json([
            "rows": .array(
                entries.map {
                    ["id": .integer($0.id), "source_id": .text($0.sourceIdentifier), "label": .text($0.label)]
                })
        ])
    }
}
