import Hummingbird
import Logging
import Rollbook

/// The pages that people look at: the school, its students, teachers and classes.
///
/// Pages are made on the server and need no script to be read; charts are drawn by the browser from data in the page.
struct Dashboard: Sendable {
    let warehouse: Warehouse
    let board: HealthBoard
    let frame: PageFrame
    let logger: Logger

    /// Makes the pages of a warehouse.
    ///
    /// - Parameter chartLibraryPlaces: where the chart library may lie; the first file that exists is read, once.
    init(
        warehouse: Warehouse, board: HealthBoard, logger: Logger,
        chartLibraryPlaces: [String] = ChartLibrary.usualPlaces
    ) {
        self.warehouse = warehouse
        self.board = board
        self.logger = logger
        frame = PageFrame(assets: PageAssets(library: ChartLibrary(places: chartLibraryPlaces)))
    }

    /// Adds `/`, the pages of students, teachers and classes, and `/assets`.
    func addRoutes(to router: Router<BasicRequestContext>) {
        addPage("/", to: router) { try await schoolPage($0) }
        for kind in RecordPage.all {
            addPage("/\(kind.path)", to: router) { try await listPage(kind, $0) }
        }
        addRecordPage(.students, to: router) { try await studentPage($0, $1) }
        addRecordPage(.teachers, to: router) { try await teacherPage($0, $1) }
        addRecordPage(.classes, to: router) { try await classPage($0, $1) }
        let assets = frame.assets
        let pages = PageResponder(frame: frame, board: board, logger: logger)
        router.read("/assets/:name") { request, context in
            assets.response(to: request, fileName: context.parameters.get("name") ?? "")
                ?? pages.problem(
                    RollbookError(.notFound, "there is no such file", subject: nil), back: PageLink("/"))
        }
    }

    private func addPage(
        _ path: RouterPath, to router: Router<BasicRequestContext>,
        _ page: @escaping @Sendable (PageRequest) async throws -> HTML
    ) {
        let pages = PageResponder(frame: frame, board: board, logger: logger)
        router.read(path) { request, _ in
            let policy = warehouse.configuration.policy
            let parts = request.uri.path.split(separator: "/").map(String.init)
            return await pages.respond(back: PageLink(path: parts)) {
                try await page(PageRequest(path: parts, query: request.uri.query, policy: policy))
            }
        }
    }

    private func addRecordPage(
        _ kind: RecordPage, to router: Router<BasicRequestContext>,
        _ page: @escaping @Sendable (RecordDirectory.Entry, PageRequest) async throws -> HTML
    ) {
        let pages = PageResponder(frame: frame, board: board, logger: logger)
        router.read("/\(kind.path)/:id") { request, context in
            let id = PageQuery.decoded(context.parameters.get("id") ?? "", plusIsBlank: false) ?? ""
            return await pages.respond(back: PageLink("/" + kind.path)) {
                let entry = try await record(id, of: kind)
                let policy = warehouse.configuration.policy
                return try await page(
                    entry, PageRequest(path: [kind.path, id], query: request.uri.query, policy: policy))
            }
        }
    }

    /// The record of an id from an address.
    ///
    /// - Throws: ``RollbookError`` with `notFound` where there is none.
    private func record(_ text: String, of kind: RecordPage) async throws -> RecordDirectory.Entry {
        guard let identifier = SourceIdentifier(parsing: text),
            let entry = try await warehouse.directory.entry(
                identifier, in: kind.table, deadline: warehouse.deadline)
        else {
            throw RollbookError(.notFound, "there is no \(kind.thing) with this id", subject: kind.thing)
        }
        return entry
    }

    /// The records of a table to pick from, or nil where they are too many for a list.
    func entries(in table: RecordTable) async throws -> [RecordDirectory.Entry]? {
        let most = 500
        let found = try await warehouse.directory.entries(
            in: table, matching: "", limit: most + 1, deadline: warehouse.deadline)
        return found.count > most ? nil : found
    }
}
