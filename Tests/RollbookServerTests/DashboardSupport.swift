import Foundation
import Hummingbird
import Logging
import Rollbook
import RollbookDuckDB

@testable import RollbookServer

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Students with names that try to break out of a page, in a school small enough to check by hand.
struct DashboardSchool: RecordSource {
    static let asOf = "2026-03-01T12:00:00Z"
    static let names = [
        ("<script>alert(1)</script>", "O'Neill \"Zed\""), ("\u{202E}שרה", "كوهين"), ("👩‍🚀", "&amp;"), ("Ada", "B"),
    ]

    let origin = "records"
    let coverage = SourceCoverage.bulk
    let tables = RecordTable.allCases

    func read(into sink: any RecordSink) async throws {
        let students = (1...4).map { Int64($0) }
        try await sink.receive(
            batch(.students, students.count, [ids(students), .texts(Self.names.map(\.0)), .texts(Self.names.map(\.1))]))
        try await sink.receive(batch(.teachers, 1, [ids([1]), .texts(["Tea"]), .texts(["Cher"])]))
        try await sink.receive(batch(.subjects, 1, [ids([1]), .texts(["</script>Maths"])]))
        try await sink.receive(
            batch(.classes, 1, [.identifiers([nil], texts: [0: "7 a/ü"]), .texts(["<b>7a</b>"])]))
        let inClass = BatchColumn.identifiers(
            students.map { _ in nil }, texts: [0: "7 a/ü", 1: "7 a/ü", 2: "7 a/ü", 3: "7 a/ü"])
        try await sink.receive(
            batch(
                .enrollments, 4,
                [ids(students), ids(students), inClass, ids([1, 1, 1, 1]), .booleans([true, true, true, true])]))
        try await sink.receive(
            batch(.materials, 1, [ids([1]), ids([1]), .identifiers([nil], texts: [:]), .texts(["Fractions"])]))
        try await sink.receive(submissions)
    }

    /// Twelve graded submissions of each student, one a day up to the as-of instant.
    private var submissions: RecordBatch {
        let last = Instant(parsing: Self.asOf)?.microsecondsSinceEpoch ?? 0
        let numbers = (0..<Int64(48)).map { $0 }
        return batch(
            .materialSubmissions, numbers.count,
            [
                ids(numbers.map { $0 + 1 }), ids(numbers.map { $0 % 4 + 1 }), ids(numbers.map { _ in 1 }),
                .instants(numbers.map { last - $0 / 4 * TimeUnit.day }),
                .scores(numbers.map { Int32(5000 + $0 * 100) }),
            ])
    }

    private func ids(_ numbers: [Int64]) -> BatchColumn { .identifiers(numbers, texts: [:]) }

    private func batch(_ table: RecordTable, _ count: Int, _ columns: [BatchColumn]) -> RecordBatch {
        var batch = RecordBatch(table: table, file: table.rawValue)
        batch.columns = columns
        batch.lines = (1...count).map { Int64($0) }
        return batch
    }
}

/// A page as a browser receives it.
struct ReceivedPage {
    let status: Int
    let text: String
    let headers: [String: String]

    func contains(_ part: String) -> Bool { text.contains(part) }
}

/// The pages of a warehouse, served on a free port.
struct RunningDashboard {
    let port: Int
    let warehouse: Warehouse

    /// Serves the pages while `body` runs.
    static func run(
        holding source: DashboardSchool? = DashboardSchool(), refreshed: Bool = true, chartLibraryPlaces: [String] = [],
        _ body: @escaping @Sendable (RunningDashboard) async throws -> Void
    ) async throws {
        let engine = try await DuckDBEngine(DuckDBConfiguration(path: nil))
        let warehouse = Warehouse(engine: engine)
        if let source { _ = try await warehouse.importRecords(from: source) }
        if refreshed { _ = try await warehouse.refresh(asOf: Instant(parsing: DashboardSchool.asOf)) }
        let router = Router()
        Dashboard(
            warehouse: warehouse,
            board: HealthBoard(sources: warehouse.healthSources, readiness: ReadinessState()),
            logger: Logger(label: "test"), chartLibraryPlaces: chartLibraryPlaces
        )
        .addRoutes(to: router)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) })
        try await withThrowingTaskGroup { group in
            group.addTask { try await application.run() }
            for await port in ports {
                try await body(RunningDashboard(port: port, warehouse: warehouse))
                break
            }
            group.cancelAll()
        }
        await warehouse.close()
    }

    /// Fetches a page.
    func get(_ path: String, headers: [String: String] = [:]) async throws -> ReceivedPage {
        guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw URLError(.badURL) }
        var request = URLRequest(url: url)
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession(configuration: .ephemeral).data(for: request)
        let answer = response as? HTTPURLResponse
        let fields = (answer?.allHeaderFields ?? [:]).map { (("\($0.key)").lowercased(), "\($0.value)") }
        return ReceivedPage(
            status: answer?.statusCode ?? 0, text: String(decoding: data, as: UTF8.self),
            headers: Dictionary(fields, uniquingKeysWith: { first, _ in first }))
    }
}
